import Synchronization

/// CLIP's byte-pair tokenizer, in OpenCLIP's scheme: the same ids as its `SimpleTokenizer`, from the same file.
///
/// Ids: 0..<256 are bytes, 256..<512 the same at the end of a word, then one for each merge, `<start_of_text>` and
/// `<end_of_text>`. Text is cleaned (see `TextCleaning`), lower-cased and split into words first.
///
/// Two things differ from OpenCLIP: text in the wrong encoding (“sÃ³”) isn't repaired, which ftfy does there, and the
/// classes of characters are those of Swift's version of Unicode.
///
/// - Source: OpenCLIP, `tokenizer.py`; Sennrich et al., “Neural machine translation of rare words with subword
///   units”, ACL 2016.
public struct Tokenizer: CaptionTokenizer {
  /// Shared by the copies of a tokenizer, and by the threads that use them.
  private final class Cache: Sendable {
    let words = Mutex(WordCache())
  }

  private let merges: Merges
  private let cache = Cache()
  private let captions = CaptionCache()
  private var cleaning = CaptionCleaning.lower

  /// The id that begins a text.
  public let startOfText: Int32
  /// The id that ends a text.
  public let endOfText: Int32

  /// The merges, two symbols with a space between a line, the first to be made first.
  package var mergeLines: [String] { merges.lines }

  /// The symbol of each id below the special ones; "" for an empty line's.
  var symbols: [String] { merges.symbols }

  public var lastToken: Int32 { endOfText }
  public var paddingToken: Int32 { 0 }

  public var definition: [UInt8] {
    Array((cleaning == .lower ? "" : "\(cleaning)\n").utf8) + Array(mergeLines.joined(separator: "\n").utf8)
  }

  public var options: TokenizerOptions { TokenizerOptions(cleaning: cleaning) }

  public func with(_ options: TokenizerOptions) -> Tokenizer {
    // Made anew, since the caches of a copy are shared.
    guard options.pairCleaning != cleaning, var other = try? Tokenizer(merges: mergeLines) else { return self }
    other.cleaning = options.pairCleaning
    return other
  }

  public func write(into directory: String) throws(TokenizerError) {
    try write(to: directory + "/" + TokenizerFiles.merges)
    try OpenCLIPTokenizerFiles.write(self, into: directory)
  }

  /// 512 and the merges, and the two special ids.
  public var vocabularySize: Int { Int(endOfText) + 1 }

  /// Reads OpenAI's `bpe_simple_vocab_16e6.txt.gz`, or a file that `write(to:)` made; gzipped or plain.
  ///
  /// The first line names the format's version and anything after 48,894 merges is left alone, as in OpenCLIP.
  public init(file path: String) throws(TokenizerError) {
    try self.init(text: try GzipFile.text(path), path: path)
  }

  init(text: String, path: String) throws(TokenizerError) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let header = lines.first, String(Substring(header)).contains("#version:") else {
      throw .noHeader(path: path)
    }
    try self.init(merges: lines.dropFirst().prefix(Merges.limit).map { String(Substring($0)) })
  }

  /// - Parameter merges: the lines of a merges file without its comment, each two symbols with a space between.
  public init(merges lines: [String]) throws(TokenizerError) {
    merges = try Merges(lines: lines)
    startOfText = Int32(512 + lines.count)
    endOfText = startOfText + 1
  }

  /// Writes OpenAI's format, zipped where the path ends in `.gz`: OpenCLIP's `SimpleTokenizer(bpe_path:)` reads the
  /// latter.
  public func write(to path: String) throws(TokenizerError) {
    // No line feed at the end: OpenCLIP would take the empty line for one more merge.
    let text = (["#version: 0.2"] + mergeLines).joined(separator: "\n")
    try GzipFile.write(Array(text.utf8), to: path)
  }

  /// The ids of a text, without start and end.
  ///
  /// The words `<start_of_text>` and `<end_of_text>` in a text become the special ids, as in OpenCLIP.
  public func encode(_ text: String) -> [Int32] { captions.ids(of: text, encodeAnew) }

  private func encodeAnew(_ text: UnsafeBufferPointer<UInt8>) -> [Int32] {
    let cleaned = TextCleaning.clean(text, cleaning)
    var ids: [Int32] = []
    cleaned.withUnsafeBufferPointer { bytes in
      var scanner = WordScanner(bytes)
      cache.words.withLock { cache in
        while let word = scanner.next() {
          cache.append(UnsafeBufferPointer(rebasing: bytes[word]), to: &ids, merge: idsOfWord)
        }
      }
    }
    return ids
  }

  private func idsOfWord(_ word: UnsafeBufferPointer<UInt8>) -> [Int32] {
    if let special = WordScanner.specials.firstIndex(where: { $0.elementsEqual(word) }) {
      return [startOfText + Int32(special)]
    }
    return merges.apply(to: word)
  }

  /// What the text encoder reads: start, the text's ids, end, then zeros.
  ///
  /// - Returns: `[contextLength]`. A longer text loses its tail, and ends with the end all the same.
  public func tokens(_ text: String, contextLength: Int) -> [Int32] {
    row(encode(text), from: startOfText, to: endOfText, padding: paddingToken, length: contextLength)
  }

  /// The text of ids: a space after each word, U+FFFD for what isn't UTF-8.
  public func decode(_ ids: [Int32]) -> String {
    var bytes: [UInt8] = []
    for id in ids {
      precondition(id >= 0 && id < vocabularySize, "decode: \(id) is outside 0..<\(vocabularySize)")
      switch id {
      case startOfText, endOfText: bytes += WordScanner.specials[Int(id - startOfText)]
      default: bytes += ByteSymbols.decode(merges.symbols[Int(id)])
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
