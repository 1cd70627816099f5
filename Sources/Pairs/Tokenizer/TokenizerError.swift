import Files

/// What a tokenizer's file, or the captions it is to be made from, can have wrong.
public enum TokenizerError: Error, CustomStringConvertible, Equatable {
  case unreadable(path: String)
  case unwritable(path: String)
  case file(FileError)
  case tooLarge(path: String, limit: Int)
  case notText(path: String)
  case noHeader(path: String)
  case malformed(line: Int, text: String)
  case vocabularySize(asked: Int)
  case noTokenizer(directory: String)
  case notAVocabulary(path: String)
  case noSpecial(path: String, token: String)
  case otherScheme(path: String, reason: String)
  case setting(path: String, name: String, value: String)
  case noOpenAIVocabulary(directory: String)
  case notHuggingFace(cleaning: CaptionCleaning)

  public var description: String {
    switch self {
    case .unreadable(let path):
      "can't read the tokenizer from \(path): check that the file exists and is whole"
    case .file(let error): "\(error)"
    case .unwritable(let path): "can't write the tokenizer to \(path): check that the directory exists"
    case .tooLarge(let path, let limit): "\(path) holds more than \(limit) bytes: a merges file is far smaller"
    case .notText(let path): "\(path) isn't text: expected merges, one a line, as in bpe_simple_vocab_16e6.txt.gz"
    case .noHeader(let path):
      "\(path) isn't a tokenizer's merges: its first line should say #version: 0.2, as diagonal tokenizer train writes it"
    case .malformed(let line, let text):
      "line \(line) of the merges is “\(text.prefix(60))”: expected two symbols with a space between them"
    case .vocabularySize(let asked):
      "a vocabulary of \(asked) is out of range: 514 (256 bytes, the same at a word's end, start, end) to 49408"
    case .noTokenizer(let directory):
      """
      \(directory) holds no tokenizer: none of \(TokenizerFiles.merges), vocab.txt, vocab.json with merges.txt, \
      \(TokenizerFiles.sentencePieces.joined(separator: ", ")), tokenizer.json
      """
    case .notAVocabulary(let path):
      """
      \(path) isn't a tokenizer's file: expected merges, whose first line says #version: 0.2, as diagonal tokenizer \
      train writes them, a vocab.txt of word pieces, [UNK] among them, sentencepiece's .model or a tokenizer.json
      """
    case .noSpecial(let path, let token): "\(path) has no \(token), which its kind of vocabulary needs"
    case .notHuggingFace(let cleaning):
      """
      transformers has no tokenizer of such a vocabulary that cleans texts as this model does, clean: \
      \(cleaning.rawValue): keep OpenCLIP's format
      """
    case .setting(let path, let name, let value): "\(name) is \(value) in \(path), which isn't supported"
    case .noOpenAIVocabulary(let directory):
      """
      \(directory) holds no tokenizer; its model has as many ids as OpenAI's vocabulary: bring that by \
      \(OpenAIVocabulary.command), or name a tokenizer's file by \(OpenAIVocabulary.variable), --tokenizer or \
      data.tokenizer
      """
    case .otherScheme(let path, let reason): "\(path) is of another tokenizer than those that are read here: \(reason)"
    }
  }
}
