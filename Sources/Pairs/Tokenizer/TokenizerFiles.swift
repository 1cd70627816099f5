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
  /// Of what tokenizers write into a model directory one at least is there.
  public static let written = [merges, wordPieces, whole, sentencePieces[0], classes]
  /// A supervised model's, whose classes are its vocabulary.
  static let classes = "classes.json"
  /// sentencepiece's, as Hugging Face and others name it; the first is what is written.
  static let sentencePieces = ["spiece.model", "tokenizer.model", "sentencepiece.model"]
}

/// The tokenizer that a file holds: merges of byte pairs, zipped or not, a `vocab.txt` of word pieces, a `.model` of
/// sentencepiece's, or a `tokenizer.json`.
///
/// - Parameter options: what the model's configuration says of it.
public func openTokenizer(
  file path: String, _ options: TokenizerOptions = TokenizerOptions()
) throws(TokenizerError) -> any CaptionTokenizer {
  // A file isn't Hugging Face's tokenizer, whatever name the model gives it.
  var options = options
  options.isHuggingFace = false
  return try tokenizer(file: path).with(options)
}

private func tokenizer(file path: String) throws(TokenizerError) -> any CaptionTokenizer {
  if path.hasSuffix(".model") { return try SentencePieceTokenizer(model: path) }
  if path.hasSuffix(".json") { return try tokenizer(whole: path) }
  let text = try GzipFile.text(path)
  if text.prefix(while: { !$0.isNewline }).contains("#version:") { return try Tokenizer(text: text, path: path) }
  guard text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 }).contains(where: { $0.elementsEqual("[UNK]".utf8) })
  else {
    throw .notAVocabulary(path: path)
  }
  return try WordPieceTokenizer(file: path)
}

/// The tokenizer of a `tokenizer.json`: CLIP's byte pairs or a Unigram model.
private func tokenizer(whole path: String) throws(TokenizerError) -> any CaptionTokenizer {
  let text = try GzipFile.text(path)
  guard let fields = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
    UnigramFile.isMeant(fields)
  else { return try HuggingFaceVocabulary.read(whole: path) }
  return try SentencePieceTokenizer(whole: path, fields, bytes: Array(text.utf8))
}

/// The tokenizer of a model directory, of whatever format.
///
/// - Parameters:
///   - options: what the model's configuration says of it.
///   - isOpenAI: whether OpenAI's vocabulary is meant where the directory has none.
public func openTokenizer(
  directory: String, _ options: TokenizerOptions = TokenizerOptions(), isOpenAI: Bool = false
) throws(TokenizerError) -> any CaptionTokenizer {
  if let own = try tokenizer(directory: directory, options) { return own }
  guard isOpenAI else { throw .noTokenizer(directory: directory) }
  guard let path = OpenAIVocabulary.path else { throw .noOpenAIVocabulary(directory: directory) }
  let found = try openTokenizer(file: path, options)
  guard found.vocabularySize == OpenAIVocabulary.size else {
    throw .otherScheme(path: path, reason: "it has \(found.vocabularySize) ids, OpenAI's \(OpenAIVocabulary.size)")
  }
  return found
}

private func tokenizer(
  directory: String, _ options: TokenizerOptions
) throws(TokenizerError) -> (any CaptionTokenizer)? {
  func path(_ name: String) -> String? {
    let path = directory + "/" + name
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
  if let merges = path(TokenizerFiles.merges) ?? path(OpenAIVocabulary.file) {
    return try openTokenizer(file: merges, options)
  }
  if let pieces = path(TokenizerFiles.wordPieces) { return try WordPieceTokenizer(file: pieces).with(options) }
  if let symbols = path(TokenizerFiles.pairs.symbols), let merges = path(TokenizerFiles.pairs.merges) {
    return try HuggingFaceVocabulary.read(symbols: symbols, merges: merges).with(options)
  }
  if let model = TokenizerFiles.sentencePieces.lazy.compactMap(path).first {
    return try SentencePieceTokenizer(model: model).with(options)
  }
  if let whole = path(TokenizerFiles.whole) { return try tokenizer(whole: whole).with(options) }
  if let one = path(TokenizerFiles.pairs.symbols) ?? path(TokenizerFiles.pairs.merges) {
    let other = one.hasSuffix(TokenizerFiles.pairs.merges) ? TokenizerFiles.pairs.symbols : TokenizerFiles.pairs.merges
    throw .otherScheme(path: one, reason: "\(other) isn't beside it")
  }
  return nil
}
