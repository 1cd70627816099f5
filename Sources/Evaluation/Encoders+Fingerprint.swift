import CLIP
import Engine
import Files
import Foundation
import Pairs

extension CLIPModel {
  /// Tells models apart: 32 hexadecimal digits of SHA-256 over what decides an embedding, which is the configuration, the pictures'
  /// mean, deviation and way of resizing, and the parameters (as 64-bit hashes). In whichever format a model is stored, it
  /// has the same, unless that decides how half a pixel is cropped.
  public var fingerprint: String { fingerprint(others: [:]) }

  /// - Parameter others: the hashes of parameters that aren't held, by name.
  func fingerprint(others: [String: UInt64]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Which of the tokenizer's files lie beside differs by format.
    var bare = self.configuration
    bare.text.tokenizer = TokenizerFields()
    let configuration = (try? encoder.encode(bare)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let pictures = preprocessing
    var facts = [configuration, "\(pictures.mean) \(pictures.deviation)"]
    if pictures.resize != .shortest || pictures.interpolation != .bicubic {
      facts.append("\(pictures.resize) \(pictures.interpolation) \(pictures.fill)")
    }
    if pictures.cropsDown && pictures.resize == .shortest { facts.append("half a pixel cut off behind") }
    let values = parameters.values
    for declaration in parameters.declarations {
      let hash = others[declaration.name] ?? contentHash(of: parameters.part(declaration, of: values))
      facts.append("\(declaration.name) \(hash)")
    }
    return String(sha256(Array(facts.joined(separator: "\n").utf8)).prefix(32))
  }
}

private func contentHash(of numbers: Tensor) -> UInt64 {
  withExtendedLifetime(numbers) { contentHash(bytes: UnsafeRawBufferPointer(numbers.buffer)) }
}

extension Encoders {
  /// The whole model's: see `CLIPModel.fingerprint`.
  public var fingerprint: String { model.fingerprint(others: others) }
  /// Tells tokenizers apart, and what they were told.
  package var tokenizerDigest: String { Self.digest(of: tokenizer) }

  package static func digest(of tokenizer: any CaptionTokenizer) -> String {
    String(sha256(tokenizer.definition).prefix(32))
  }
}
