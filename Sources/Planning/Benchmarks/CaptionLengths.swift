import Files
import Foundation
import Pairs
import Randomness

/// How long the captions are that a step is measured on: tokens, start and end included.
public struct CaptionLengths: Sendable, Equatable {
  private let tokens: [Int]

  /// All of one length.
  public static func equal(_ tokens: Int) -> CaptionLengths { CaptionLengths(tokens: [tokens]) }

  /// Lengths as captions from the web have them: 12 tokens in the mean, 9 in the median, and a tail up to the context's
  /// end. In an order that looks random and is always the same.
  ///
  ///     2 + exp(ln 10 − 0.8² / 2 + 0.8 z),  z the normal distribution's quantiles at (i + ½) / count
  ///
  /// So the words between start and end are log-normal with a mean of 10.
  public static func typical(_ count: Int, contextLength: Int) -> CaptionLengths {
    let spread = 0.8
    var random = Philox(seed: 0, purpose: .data, epoch: 1)
    let lengths = (0..<count).map { i in
      let z = normalQuantile((Double(i) + 0.5) / Double(count))
      let words = exp(log(10) - spread * spread / 2 + spread * z)
      return (drawn: random.next(), tokens: min(2 + max(1, Int(words.rounded())), contextLength))
    }
    return CaptionLengths(tokens: lengths.sorted { $0.drawn < $1.drawn }.map(\.tokens))
  }

  /// The lengths of a file's captions, one a line.
  ///
  /// - Throws: `FileError`, where there is no text, or no caption in it.
  public init(file path: String, _ tokenizer: any CaptionTokenizer, contextLength: Int) throws {
    guard let text = String(validating: try ReadOnlyFile(path).readAll(), as: UTF8.self) else {
      throw FileError.unreadable(path: path, reason: "it isn't text in UTF-8")
    }
    let captions = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    guard !captions.isEmpty else { throw FileError.unreadable(path: path, reason: "it holds no caption") }
    self.init(tokens: captions.map { min(2 + tokenizer.encode(String($0)).count, contextLength) })
  }

  private init(tokens: [Int]) { self.tokens = tokens }

  /// The first so many captions' lengths; they come again where there are fewer.
  public func first(_ count: Int) -> [Int] { (0..<count).map { tokens[$0 % tokens.count] } }
}

/// The z below which a standard normal number is with probability p, to 15 digits.
private func normalQuantile(_ p: Double) -> Double {
  var (low, high) = (-9.0, 9.0)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if erfc(-middle / 2.squareRoot()) / 2 < p { low = middle } else { high = middle }
  }
  return low
}
