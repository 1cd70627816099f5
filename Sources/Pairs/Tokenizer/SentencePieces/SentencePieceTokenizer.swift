import Files
import Foundation

/// SigLIP's tokenizer, and T5's: pieces of sentencepiece's vocabulary, then an end and padding, no start.
///
/// Reads a `.model` file by sentencepiece itself, and Hugging Face's `tokenizer.json` of a Unigram model, which becomes such
/// a file in memory: one implementation, the one that trained the vocabulary. Captions are cleaned first as OpenCLIP's
/// `HFTokenizer` does.
///
/// - Source: Kudo, Richardson, “SentencePiece”, 2018; Kudo, “Subword regularization”, 2018; OpenCLIP's `tokenizer.py`.
public struct SentencePieceTokenizer: CaptionTokenizer {
  private let pieces: SentencePieces
  /// Whether words can be cut one by one, and so be remembered.
  private let goesByWords: Bool
  private let start: Int32?
  private let (end, padding): (Int32, Int32)
  /// The file that it was read from, which is written again.
  private let origin: (name: String, bytes: [UInt8])
  private var captions = CaptionCache()
  private var cleaning = CaptionCleaning.whitespace

  /// - Parameter path: a `.model` file.
  public init(model path: String) throws(TokenizerError) {
    let bytes = try GzipFile.read(path, limit: 1 << 26)
    let pieces = try SentencePieces(bytes, path: path)
    try self.init(pieces, SentencePieceSettings(beside: path), (TokenizerFiles.sentencePieces[0], bytes), path)
  }

  /// - Parameter path: a `tokenizer.json` of a Unigram model.
  init(whole path: String, _ fields: [String: Any], bytes: [UInt8]) throws(TokenizerError) {
    let file = try UnigramFile(fields, path: path)
    let pieces = try SentencePieces(file.proto.bytes, path: path)
    try self.init(
      pieces, SentencePieceSettings(beside: path), (TokenizerFiles.whole, bytes), path, start: file.start, end: file.end
    )
  }

  private init(
    _ pieces: SentencePieces, _ settings: SentencePieceSettings, _ origin: (String, [UInt8]), _ path: String,
    start: String? = nil, end: String? = nil
  ) throws(TokenizerError) {
    func id(_ piece: String) throws(TokenizerError) -> Int32 {
      guard let id = pieces.id(piece) else { throw .noSpecial(path: path, token: piece) }
      return id
    }
    let named = try (end ?? settings.end).map { piece throws(TokenizerError) in try id(piece) }
    guard let ending = named ?? pieces.end else { throw .noSpecial(path: path, token: "end of a text") }
    // big_vision pads by the end where that is T5's 1; Gemma's vocabulary has a pad of its own before it.
    let own = pieces.id("<eos>") == 1 && pieces.id("<pad>") == 0 ? Int32(0) : ending
    (self.end, self.origin, self.pieces) = (ending, origin, pieces)
    self.start = try start.map { piece throws(TokenizerError) in try id(piece) }
    padding = try settings.padding.map { piece throws(TokenizerError) in try id(piece) } ?? own
    goesByWords = pieces.goesByWords
  }

  public var vocabularySize: Int { pieces.count }
  public var lastToken: Int32 { end }
  public var paddingToken: Int32 { padding }

  public var definition: [UInt8] {
    let head = "sentencepiece \(start ?? -1) \(end) \(padding) \(cleaning.rawValue)\n"
    return Array(head.utf8) + pieces.rules.bytes
      + (0..<Int32(pieces.count)).flatMap { id in
        pieces.piece(id) + withUnsafeBytes(of: pieces.score(id).bitPattern.littleEndian, Array.init)
      }
  }

  public var options: TokenizerOptions { TokenizerOptions(cleaning: cleaning) }

  public func with(_ options: TokenizerOptions) -> SentencePieceTokenizer {
    var other = self
    (other.cleaning, other.captions) = (options.pieceCleaning, CaptionCache())
    return other
  }

  public func encode(_ text: String) -> [Int32] {
    guard goesByWords else {
      var text = text
      return pieces.encode(Array(text.withUTF8 { words(of: $0) }.joined(separator: [32])))
    }
    return captions.ids(of: text) { words(of: $0).flatMap(pieces.encode) }
  }

  /// What stands between spaces once a text is cleaned; “▁” written in it is one, as in Hugging Face's.
  private func words(of text: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
    TextCleaning.clean(text, cleaning).split(separator: 32).flatMap { part -> [[UInt8]] in
      let word = Array(part)
      guard word.contains(SentencePieces.space[0]), String(decoding: word, as: UTF8.self).contains("\u{2581}") else {
        return [word]
      }
      return String(decoding: word, as: UTF8.self).split(separator: "\u{2581}").map { Array($0.utf8) }
    }
  }

  public func tokens(_ text: String, contextLength: Int) -> [Int32] {
    let room = contextLength - (start == nil ? 1 : 2)
    precondition(room >= 0, "tokens: context length \(contextLength) has no room for an end")
    let tokens = [start].compactMap { $0 } + encode(text).prefix(room) + [end]
    return tokens + Array(repeating: padding, count: contextLength - tokens.count)
  }

  public func decode(_ ids: [Int32]) -> String { pieces.decode(ids) }

  public func write(into directory: String) throws(TokenizerError) {
    // Transformers makes T5's of a sentencepiece file.
    try write(into: directory, class: "T5Tokenizer")
  }

  /// Writes the files from which transformers makes a tokenizer that cleans texts as this one does.
  ///
  /// - Throws: `TokenizerError.notHuggingFace` where it has none: its `SiglipTokenizer` canonicalizes, from a sentencepiece file alone.
  public func writeHuggingFace(into directory: String) throws(TokenizerError) {
    switch (cleaning, origin.name == TokenizerFiles.whole) {
    case (.canonicalize, false): try write(into: directory, class: "SiglipTokenizer")
    case (.whitespace, _): try write(into: directory, class: "T5Tokenizer")
    default: throw .notHuggingFace(cleaning: cleaning)
    }
  }

  /// - Parameter name: transformers' class for a sentencepiece file; a `tokenizer.json` says itself what it does.
  private func write(into directory: String, class name: String) throws(TokenizerError) {
    try GzipFile.write(origin.bytes, to: directory + "/" + origin.name)
    func token(_ id: Int32) -> String { String(decoding: pieces.piece(id), as: UTF8.self) }
    var settings: [String: Any] = [
      "eos_token": token(end), "pad_token": token(padding), "unk_token": token(pieces.unknown), "extra_ids": 0,
      "padding_side": "right",
      // Padding is seen: transformers' pipeline would hide it by the mask that it gets otherwise.
      "model_input_names": ["input_ids"],
      "tokenizer_class": origin.name == TokenizerFiles.whole ? "PreTrainedTokenizerFast" : name,
    ]
    if let start { settings["bos_token"] = token(start) }
    try writeJSON(settings, to: directory + "/" + TokenizerFiles.settings)
  }
}
