import Files
import Foundation

/// BERT's tokenizer: words (see `BasicWords`), each cut into the longest pieces that the vocabulary has, from the left:
///
///     unaffable  →  un ##aff ##able
///
/// A word that can't be cut, or has more than 100 characters, is `[UNK]`. `[CLS]` starts a row, `[SEP]` ends it,
/// `[PAD]` fills it. Captions are cleaned first as OpenCLIP's `HFTokenizer` does: mended, unescaped, white space made
/// one space.
///
/// - Source: Wu et al., “Google's neural machine translation system”, 2016; transformers, `BertTokenizer`.
public struct WordPieceTokenizer: CaptionTokenizer {
  static let longestWord = 100
  private static let specials = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]

  private let pieces: [[UInt8]]
  private let ids: [[UInt8]: Int32]
  private let longest: Int
  private let words: BasicWords
  private var captions = CaptionCache()
  private var cleaning = CaptionCleaning.whitespace
  private var stripsSeparator = false
  private let (unknown, start, end, padding): (Int32, Int32, Int32, Int32)

  /// Whether texts keep their case and accents.
  public var cased: Bool { !words.lowercase }

  /// Reads a `vocab.txt`: one piece a line, its id the line's number.
  ///
  /// Case, accents and Chinese are treated as the `tokenizer_config.json` beside it says. Without one it is cased if any
  /// piece has a capital.
  public init(file path: String) throws(TokenizerError) {
    let text = try GzipFile.text(path)
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { [UInt8]($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    lines = lines.map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
    try self.init(pieces: lines, settings: try WordPieceSettings(beside: path), path: path)
  }

  /// - Parameters:
  ///   - pieces: UTF-8, in the order of their ids.
  ///   - cased: whether texts keep their case; nil to tell by the pieces.
  ///   - path: named in errors.
  init(pieces: [[UInt8]], cased: Bool?, path: String) throws(TokenizerError) {
    try self.init(pieces: pieces, settings: WordPieceSettings(lowercase: cased.map { !$0 }), path: path)
  }

  private init(pieces: [[UInt8]], settings: WordPieceSettings, path: String) throws(TokenizerError) {
    self.pieces = pieces
    // The last of equal lines has the id, as in BERT.
    let ids = Dictionary(zip(pieces, 0...), uniquingKeysWith: { Int32($1) })
    func special(_ token: String) throws(TokenizerError) -> Int32 {
      guard let id = ids[Array(token.utf8)] else { throw .noSpecial(path: path, token: token) }
      return id
    }
    (unknown, start) = (try special("[UNK]"), try special("[CLS]"))
    (end, padding) = (try special("[SEP]"), try special("[PAD]"))
    self.ids = ids
    longest = pieces.reduce(0) { max($0, $1.count) }
    let known = Self.specials.map { Array($0.utf8) }.filter { ids[$0] != nil }
    let lowercase = settings.lowercase ?? !Self.hasCapitals(pieces)
    words = BasicWords(
      lowercase: lowercase, stripsAccents: settings.stripsAccents ?? lowercase,
      partsChinese: settings.partsChinese ?? true, specials: known)
  }

  /// Whether any piece that isn't special has a capital. Special pieces, and unused ones, stand in brackets.
  private static func hasCapitals(_ pieces: [[UInt8]]) -> Bool {
    pieces.contains { piece in
      piece.first != UInt8(ascii: "[")
        && String(decoding: piece, as: UTF8.self).unicodeScalars.contains { $0.properties.changesWhenLowercased }
    }
  }

  public var vocabularySize: Int { pieces.count }
  public var lastToken: Int32 { stripsSeparator ? 0 : end }
  public var paddingToken: Int32 { padding }

  public var definition: [UInt8] {
    let ways = [cased ? "cased" : "uncased"] + otherWays
    return Array((ways.joined(separator: " ") + "\n").utf8) + pieces.joined(separator: [10])
  }

  /// What isn't as it is with most vocabularies.
  private var otherWays: [String] {
    [
      cleaning == .whitespace ? nil : cleaning.rawValue, stripsSeparator ? "strip_sep_token" : nil,
      words.stripsAccents == words.lowercase ? nil : "strip_accents \(words.stripsAccents)",
      words.partsChinese ? nil : "no tokenize_chinese_chars",
    ].compactMap { $0 }
  }

  public var options: TokenizerOptions { TokenizerOptions(cleaning: cleaning, stripsSeparator: stripsSeparator) }

  public func with(_ options: TokenizerOptions) -> WordPieceTokenizer {
    var other = self
    (other.cleaning, other.stripsSeparator) = (options.pieceCleaning, options.stripsSeparator)
    other.captions = CaptionCache()
    return other
  }

  public func write(into directory: String) throws(TokenizerError) {
    try GzipFile.write(pieces.flatMap { $0 + [10] }, to: directory + "/" + TokenizerFiles.wordPieces)
    var settings: [String: Any] = ["tokenizer_class": "BertTokenizer", "do_lower_case": !cased]
    if words.stripsAccents != words.lowercase { settings["strip_accents"] = words.stripsAccents }
    if !words.partsChinese { settings["tokenize_chinese_chars"] = false }
    // Else transformers adds one of its own behind the model's ids.
    if ids[Array("[MASK]".utf8)] == nil { settings["mask_token"] = NSNull() }
    try writeJSON(settings, to: directory + "/" + TokenizerFiles.settings)
  }

  public func tokens(_ text: String, contextLength: Int) -> [Int32] {
    let tokens = row(encode(text), from: start, to: end, padding: padding, length: contextLength)
    return stripsSeparator ? tokens.map { $0 == end ? 0 : $0 } : tokens
  }

  public func encode(_ text: String) -> [Int32] {
    captions.ids(of: text) { encode(cleaned: String(decoding: TextCleaning.clean($0, cleaning), as: UTF8.self)) }
  }

  /// The ids that BERT's own tokenizer gives a text, which isn't cleaned first.
  package func encode(cleaned text: String) -> [Int32] { words.split(text).flatMap(idsOfWord) }

  private func idsOfWord(_ word: [UInt8]) -> [Int32] {
    if words.specials.contains(word), let special = ids[word] { return [special] }
    guard word.count(where: { !isContinuation($0) }) <= Self.longestWord else { return [unknown] }
    var (found, at) = ([Int32](), 0)
    while at < word.count {
      guard let (id, end) = longestPiece(word, from: at) else { return [unknown] }
      found.append(id)
      at = end
    }
    return found
  }

  private func longestPiece(_ word: [UInt8], from at: Int) -> (id: Int32, end: Int)? {
    let prefix: [UInt8] = at == 0 ? [] : Array("##".utf8)
    for end in stride(from: min(word.count, at + longest), to: at, by: -1)
    where end == word.count || !isContinuation(word[end]) {
      if let id = ids[prefix + word[at..<end]] { return (id, end) }
    }
    return nil
  }

  public func decode(_ ids: [Int32]) -> String {
    var bytes: [UInt8] = []
    for id in ids {
      precondition(id >= 0 && id < pieces.count, "decode: \(id) is outside 0..<\(pieces.count)")
      let piece = pieces[Int(id)]
      if piece.starts(with: "##".utf8) {
        bytes += piece.dropFirst(2)
      } else {
        bytes += (bytes.isEmpty ? [] : [32]) + piece
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Whether a byte of UTF-8 goes on with a character.
private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
