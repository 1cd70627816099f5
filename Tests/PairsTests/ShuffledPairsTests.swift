import Foundation
import Pairs
import Testing

@Suite struct ShuffledPairsTests {
  private func source() throws -> (TemporaryFolder, any PairSource) {
    let folder = try TemporaryFolder()
    _ = try folder.tar(
      "a.tar",
      (10..<40).flatMap { number in
        [
          ("\(number).png", [UInt8(number)]), ("\(number).txt", Array("caption \(number)".utf8)),
          ("\(number).cls", Array("\(number)".utf8)),
        ]
      })
    return (folder, try openPairs(["\(folder.path)/a.tar"]))
  }

  @Test func `pictures stay in their places, each caption comes once with its label`() throws {
    let (folder, source) = try source()
    defer { withExtendedLifetime(folder) {} }
    let shuffled = ShuffledPairs(source, seed: 3)
    let pairs = try (0..<30).map { try shuffled.pair(at: $0) }
    #expect(pairs.map { Int($0.image[0]) } == Array(10..<40) && pairs.map(\.key) == (10..<40).map(String.init))
    #expect(Set(pairs.flatMap(\.captions)).count == 30)
    #expect(pairs.allSatisfy { $0.captions == ["caption \($0.label ?? "")"] })
    #expect(pairs.count { $0.label == $0.key } < 6)
    #expect(try (0..<30).map { try shuffled.pairWithoutImage(at: $0).captions } == pairs.map(\.captions))
  }

  @Test func `a seed has one order, and makes other data`() throws {
    let (folder, source) = try source()
    defer { withExtendedLifetime(folder) {} }
    func captions(_ seed: UInt64) throws -> [String] {
      let shuffled = ShuffledPairs(source, seed: seed)
      return try (0..<30).map { try shuffled.pair(at: $0).captions[0] }
    }
    #expect(try captions(1) == captions(1) && captions(1) != captions(2))
    let mixture = Mixture([.init(count: 30, weight: 1)])
    let digests = try [source, ShuffledPairs(source, seed: 1), ShuffledPairs(source, seed: 2)].map {
      try DataIdentity.digest(of: $0, mixture)
    }
    #expect(Set(digests).count == 3)
  }
}
