/// From captions to what a text encoder reads.
public protocol CaptionTokenizer: Sendable {
  /// The number of ids, all of which are below it.
  var vocabularySize: Int { get }

  /// The id that ends a text.
  var lastToken: Int32 { get }

  /// The id that fills a row behind a text.
  var paddingToken: Int32 { get }

  /// All that decides the ids: tokenizers with equal bytes are the same one.
  var definition: [UInt8] { get }

  /// How it was told to clean texts and to end them.
  var options: TokenizerOptions { get }

  /// The same vocabulary, told otherwise.
  func with(_ options: TokenizerOptions) -> Self

  /// The ids of a text, without start and end.
  func encode(_ text: String) -> [Int32]

  /// What a text encoder reads: start, the text's ids, end, then padding.
  ///
  /// - Returns: `[contextLength]`. A longer text loses its tail, and ends with the end all the same.
  func tokens(_ text: String, contextLength: Int) -> [Int32]

  /// The text of ids.
  func decode(_ ids: [Int32]) -> String

  /// Writes the file or files from which `openTokenizer(directory:)` makes it again.
  func write(into directory: String) throws(TokenizerError)
}

extension CaptionTokenizer {
  func row(_ ids: [Int32], from start: Int32, to end: Int32, padding: Int32, length: Int) -> [Int32] {
    precondition(length >= 2, "tokens: context length \(length) has no room for start and end")
    var tokens = [Int32](repeating: padding, count: length)
    let count = min(ids.count, length - 2)
    tokens[0] = start
    for i in 0..<count { tokens[1 + i] = ids[i] }
    tokens[1 + count] = end
    return tokens
  }
}
