import CSentencePiece
import Glibc

/// A vocabulary of sentencepiece's, as its library reads it: Unigram or byte pairs, with the rules for what a text is made
/// before it is cut.
///
/// Safe to share: the library doesn't change a model that is open.
final class SentencePieces: @unchecked Sendable {
  private let model: OpaquePointer
  /// All that decides ids beside the pieces.
  let rules: SentencePieceRules

  /// - Parameters:
  ///   - bytes: a serialized `ModelProto`, which a `.model` file is.
  ///   - path: named in errors.
  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    guard let tables = ModelProto.characterTables(bytes) else {
      throw .otherScheme(path: path, reason: "it is no model of sentencepiece's")
    }
    guard tables.allSatisfy({ CharacterTable(Array($0))?.isSound ?? $0.isEmpty }) else {
      throw .otherScheme(path: path, reason: "its table of characters is damaged")
    }
    var problem: UnsafeMutablePointer<CChar>?
    let opened = csp_open(bytes, bytes.count, &problem)
    defer { free(problem) }
    guard let opened else {
      throw .otherScheme(path: path, reason: problem.map { String(cString: $0) } ?? "there is no memory for it")
    }
    (model, rules) = (opened, SentencePieceRules(bytes))
    guard !hasDeepPieces else {
      throw .otherScheme(path: path, reason: "more than \(Self.mostPrefixes) of its pieces begin one another")
    }
  }

  /// The library has room for so many pieces of a user's that begin one another.
  private static let mostPrefixes = 64

  private var hasDeepPieces: Bool {
    let pieces = (0..<Int32(count)).map(piece)
    let long = pieces.filter { $0.count > Self.mostPrefixes }
    guard !long.isEmpty else { return false }
    let all = Set(pieces)
    return long.contains { piece in
      piece.indices.count { all.contains(Array(piece[...$0])) } > Self.mostPrefixes
    }
  }

  deinit { csp_close(model) }

  var count: Int { Int(csp_size(model)) }
  /// The id of what ends a text; nil where the model has none.
  var end: Int32? { csp_end(model) < 0 ? nil : csp_end(model) }
  /// The id of what isn't in the vocabulary.
  var unknown: Int32 { csp_unknown(model) }

  /// The id of a piece; nil where there is none that is written so.
  func id(_ piece: String) -> Int32? {
    let bytes = Array(piece.utf8)
    let id = bytes.withUnsafeBytes { csp_id(model, $0.bindMemory(to: CChar.self).baseAddress, bytes.count) }
    return id >= 0 && id < count && self.piece(id) == bytes ? id : nil
  }

  /// UTF-8.
  func piece(_ id: Int32) -> [UInt8] {
    precondition(id >= 0 && id < count, "piece: \(id) is outside 0..<\(count)")
    var length = 0
    guard let bytes = csp_piece(model, id, &length) else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: bytes, count: length))
  }

  func score(_ id: Int32) -> Float { csp_score(model, id) }

  /// Whether a piece is never found in texts.
  func isSpecial(_ id: Int32) -> Bool { csp_is_special(model, id) != 0 }

  func encode(_ text: [UInt8]) -> [Int32] {
    var count = 0
    let ids = text.withUnsafeBytes { csp_encode(model, $0.bindMemory(to: CChar.self).baseAddress, text.count, &count) }
    defer { free(ids) }
    return Array(UnsafeBufferPointer(start: ids, count: count))
  }

  func decode(_ ids: [Int32]) -> String {
    precondition(ids.allSatisfy { $0 >= 0 && $0 < count }, "decode: an id is outside 0..<\(count)")
    var length = 0
    let text = csp_decode(model, ids, ids.count, &length)
    defer { free(text) }
    return String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
  }

  /// “▁”, which pieces have for a space.
  static let space = Array("\u{2581}".utf8)

  /// Whether a text's ids are those of its words, one after the other: no piece goes on behind a space.
  var goesByWords: Bool {
    let space = Self.space
    let crosses = (0..<Int32(count)).contains { id in
      let piece = piece(id)
      return !isSpecial(id) && piece.indices.dropFirst().contains { piece[$0...].starts(with: space) }
    }
    let word = Array("a".utf8)
    return !crosses && encode(word + [32] + word) == encode(word) + encode(word)
  }
}
