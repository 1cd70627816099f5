import Foundation

/// Names of tokenizers' files in a model directory.
public enum TokenizerFiles {
  /// Ours: OpenAI's format, zipped.
  public static let merges = "bpe_vocabulary.txt.gz"
  /// BERT's: one word piece a line.
  public static let wordPieces = "vocab.txt"
  static let settings = "tokenizer_config.json"
  /// Hugging Face's for byte pairs.
  static let pairs = (symbols: "vocab.json", merges: "merges.txt")
  static let whole = "tokenizer.json"
}

/// The tokenizer that a file holds: merges of byte pairs, zipped or not, or a `vocab.txt` of word pieces.
public func openTokenizer(file path: String) throws(TokenizerError) -> any CaptionTokenizer {
  let text = try GzipFile.text(path)
  if text.prefix(while: { !$0.isNewline }).contains("#version:") { return try Tokenizer(text: text, path: path) }
  guard text.utf8.split(separator: UInt8(ascii: "\n")).contains(where: { $0.elementsEqual("[UNK]".utf8) }) else {
    throw .notAVocabulary(path: path)
  }
  return try WordPieceTokenizer(file: path)
}

/// The tokenizer of a model directory, of whatever format.
public func openTokenizer(directory: String) throws(TokenizerError) -> any CaptionTokenizer {
  func path(_ name: String) -> String? {
    let path = directory + "/" + name
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
  if let merges = path(TokenizerFiles.merges) { return try Tokenizer(file: merges) }
  if let pieces = path(TokenizerFiles.wordPieces) { return try WordPieceTokenizer(file: pieces) }
  if let symbols = path(TokenizerFiles.pairs.symbols), let merges = path(TokenizerFiles.pairs.merges) {
    return try HuggingFaceVocabulary.read(symbols: symbols, merges: merges)
  }
  if let whole = path(TokenizerFiles.whole) { return try HuggingFaceVocabulary.read(whole: whole) }
  throw .noTokenizer(directory: directory)
}
