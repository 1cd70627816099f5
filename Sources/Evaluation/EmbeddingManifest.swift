import CLIP
import Engine
import Files
import Foundation
import Pairs

/// What embeddings were made by, beside them: rows of another model mean nothing among them.
public struct EmbeddingManifest: Codable, Sendable, Equatable {
  public static let name = "embeddings.json"

  /// `Encoders.fingerprint`
  public let model: String
  public let pairs: Int
  public let width: Int
  /// The form of the directory.
  public let format: Int

  init(model: String, pairs: Int, width: Int) {
    (self.model, self.pairs, self.width, format) = (model, pairs, width, 1)
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try encoder.encode(self).write(to: URL(fileURLWithPath: path))
  }
}

extension Encoders {
  /// Tells models apart: 32 hexadecimal digits of SHA-256 over what decides an embedding, which is the configuration, the pictures'
  /// mean, deviation and way of resizing, and the parameters (as 64-bit hashes). In whichever format a model is stored, it has the same.
  public var fingerprint: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Which of the tokenizer's files lie beside differs by format.
    var bare = model.configuration
    bare.text.tokenizer = TokenizerFields()
    let configuration = (try? encoder.encode(bare)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let pictures = model.preprocessing
    var facts = [configuration, "\(pictures.mean) \(pictures.deviation)"]
    if pictures.resize != .shortest || pictures.interpolation != .bicubic {
      facts.append("\(pictures.resize) \(pictures.interpolation) \(pictures.fill)")
    }
    let values = model.parameters.values
    for declaration in model.parameters.declarations {
      let numbers = model.parameters.part(declaration, of: values)
      let bytes = withExtendedLifetime(numbers) { Array(UnsafeRawBufferPointer(numbers.buffer)) }
      facts.append("\(declaration.name) \(contentHash(bytes: bytes))")
    }
    return String(sha256(Array(facts.joined(separator: "\n").utf8)).prefix(32))
  }
}
