/// What a tokenizer's file, or the captions it is to be made from, can have wrong.
public enum TokenizerError: Error, CustomStringConvertible, Equatable {
  case unreadable(path: String)
  case unwritable(path: String)
  case tooLarge(path: String, limit: Int)
  case notText(path: String)
  case noHeader(path: String)
  case malformed(line: Int, text: String)
  case vocabularySize(asked: Int)

  public var description: String {
    switch self {
    case .unreadable(let path):
      "can't read the tokenizer's merges from \(path): check that the file exists and is whole"
    case .unwritable(let path): "can't write the tokenizer's merges to \(path): check that the directory exists"
    case .tooLarge(let path, let limit): "\(path) holds more than \(limit) bytes: a merges file is far smaller"
    case .notText(let path): "\(path) isn't text: expected merges, one a line, as in bpe_simple_vocab_16e6.txt.gz"
    case .noHeader(let path):
      "\(path) isn't a tokenizer's merges: its first line should say #version: 0.2, as diagonal tokenizer train writes it"
    case .malformed(let line, let text):
      "line \(line) of the merges is “\(text.prefix(60))”: expected two symbols with a space between them"
    case .vocabularySize(let asked):
      "a vocabulary of \(asked) is out of range: 514 (256 bytes, the same at a word's end, start, end) to 49408"
    }
  }
}
