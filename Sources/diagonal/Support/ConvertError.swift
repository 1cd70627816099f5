/// What keeps a conversion from being done.
enum ConvertError: Error, CustomStringConvertible {
  case exists(String)
  case vocabulary(String, found: Int, expected: Int)
  case tokenizers(String, String)

  var description: String {
    switch self {
    case .exists(let path): "\(path) exists already: name a directory that is to be made"
    case .vocabulary(let path, let found, let expected):
      "the tokenizer \(path) has \(found) tokens, more than the model's \(expected): it is another model's"
    case .tokenizers(let first, let second):
      "\(first) and \(second) read texts by different tokenizers: their text encoders mean different things by a token"
    }
  }
}
