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
  /// mean and deviation, and the parameters (as 64-bit hashes). In whichever format a model is stored, it has the same.
  public var fingerprint: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let configuration = (try? encoder.encode(model.configuration)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    var facts = [configuration, "\(model.preprocessing.mean) \(model.preprocessing.deviation)"]
    let values = model.parameters.values
    for declaration in model.parameters.declarations {
      let numbers = model.parameters.part(declaration, of: values)
      let bytes = withExtendedLifetime(numbers) { Array(UnsafeRawBufferPointer(numbers.buffer)) }
      facts.append("\(declaration.name) \(contentHash(bytes: bytes))")
    }
    return String(sha256(Array(facts.joined(separator: "\n").utf8)).prefix(32))
  }
}
