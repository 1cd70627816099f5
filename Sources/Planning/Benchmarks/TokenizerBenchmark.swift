import Foundation
import Pairs
import Training

/// A tokenizer alone, on one thread, every caption once; what `peers/tokenizer.py` times too.
public struct TokenizerBenchmark: Sendable {
  public var tokenizer: String
  public var captions: [String]

  /// - Parameter tokenizer: the path of a merges file or of a `vocab.txt`.
  public init(tokenizer: String, captions: [String]) {
    self.tokenizer = tokenizer
    self.captions = captions
  }

  /// Captions one a line: as they are, or, where the path ends in `.jsonl`, as JSON strings.
  public static func captions(of path: String) throws -> [String] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).utf8.split(separator: UInt8(ascii: "\n"))
    guard path.hasSuffix(".jsonl") else { return lines.map { String(Substring($0)) } }
    return try lines.map { try JSONDecoder().decode(String.self, from: Data($0)) }
  }

  public struct Result: Sendable {
    /// Of each caption, without start and end.
    public let ids: [[Int32]]
    public let seconds: Double
    /// Reading the vocabulary, which isn't in `seconds`.
    public let loadSeconds: Double
  }

  public func run() throws -> Result {
    let start = ContinuousClock.now
    let tokenizer = try openTokenizer(file: tokenizer)
    // What is looked up once a process.
    _ = tokenizer.encode("é")
    let loaded = ContinuousClock.now
    let ids = captions.map { tokenizer.encode($0) }
    let seconds = (ContinuousClock.now - loaded).seconds
    return Result(ids: ids, seconds: seconds, loadSeconds: (loaded - start).seconds)
  }
}
