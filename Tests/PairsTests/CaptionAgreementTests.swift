import Foundation
import Pairs
import Testing

/// Tests/Golden/captions.json: what captions are drawn from, and hashes of SimpleTokenizer's ids.
private struct Captions: Decodable {
  let count: Int
  let scripts: [[String]]
  let others: [[String]]
  let gaps: [String]
  /// Captions that ftfy repairs: listed with what it makes of them in captions.repairs.txt.
  let repaired: [Int]
  let openai: String
  let small: String

  static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden")

  static func read() throws -> Captions {
    try JSONDecoder().decode(Captions.self, from: Data(contentsOf: directory.appending(path: "captions.json")))
  }

  /// As `caption` of captions.py draws it. Scalars, since appending strings could compose characters of two.
  func caption(_ i: Int) -> String {
    var draws = SplitMix64(state: UInt64(i))
    let script = scripts[i % scripts.count]
    let words = draws.below(50) == 0 ? 60 + draws.below(60) : 1 + draws.below(14)
    var text = String.UnicodeScalarView()
    for _ in 0..<words {
      let pool = draws.below(20) < 3 ? others[draws.below(5)] : script
      text.append(contentsOf: pool[draws.below(pool.count)].unicodeScalars)
      text.append(contentsOf: gaps[draws.below(gaps.count)].unicodeScalars)
    }
    if draws.below(500) == 0 {
      text.append(" ")
      text.append(contentsOf: others[5][draws.below(others[5].count)].unicodeScalars)
    }
    return String(text)
  }

  /// Some of those that differ though they shouldn't, or don't though they should.
  func surprising(_ differing: [Int]) -> String {
    let surprising = Set(differing).symmetricDifference(repaired).sorted()
    return "\(surprising.count): \(surprising.prefix(5).map { "\($0) \(caption($0).debugDescription)" })"
  }

  /// The captions whose ids don't have the hash expected of them.
  func differing(_ tokenizer: Tokenizer, from hashes: String) throws -> [Int] {
    let expected = try #require(Data(base64Encoded: hashes))
    try #require(expected.count == 4 * count)
    return (0..<count).filter { i in
      let hash = expected.withUnsafeBytes {
        UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))
      }
      return fnv(tokenizer.encode(caption(i))) != hash
    }
  }
}

private struct SplitMix64 {
  var state: UInt64

  mutating func below(_ count: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return Int(((z ^ z >> 31) >> 11) % UInt64(count))
  }
}

private func fnv(_ ids: [Int32]) -> UInt32 {
  ids.withUnsafeBytes { $0.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 } }
}

private let openAI = ProcessInfo.processInfo.environment["DIAGONAL_OPENAI_MERGES"]

@Suite struct CaptionAgreementTests {
  @Test func `20,000 captions in 20 scripts have SimpleTokenizer's ids, but for ftfy's repairs`() throws {
    let captions = try Captions.read()
    #expect(captions.count == 20_000 && captions.scripts.count == 20)
    let merges = Captions.directory.appending(path: "tokenizer-merges.txt.gz").path
    let differing = try captions.differing(Tokenizer(file: merges), from: captions.small)
    #expect(differing == captions.repaired, "\(captions.surprising(differing))")
  }

  @Test(.enabled(if: openAI != nil, "DIAGONAL_OPENAI_MERGES names OpenAI's bpe_simple_vocab_16e6.txt.gz"))
  func `the same under OpenAI's vocabulary`() throws {
    let captions = try Captions.read()
    let tokenizer = try Tokenizer(file: #require(openAI))
    #expect(tokenizer.vocabularySize == 49408)
    let texts = (0..<captions.count).map(captions.caption)
    let seconds = ContinuousClock().measure { for text in texts { _ = tokenizer.encode(text) } } / .seconds(1)
    print("Tokenizer: \(Int(Double(texts.count) / seconds)) captions/s; captions.py prints SimpleTokenizer's")
    let differing = try captions.differing(tokenizer, from: captions.openai)
    #expect(differing == captions.repaired, "\(captions.surprising(differing))")
  }
}
