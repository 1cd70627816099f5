import Pairs
import Testing

@Suite struct ContentHashTests {
  @Test func `equal contents have equal hashes and others don't`() {
    let files: [[UInt8]] = [[], [0], [0, 0], [1], Array(0..<8), Array(0..<9), Array(1..<9), Array(0..<8) + [0]]
    #expect(Set(files.map { contentHash(bytes: $0) }).count == files.count)
    #expect(contentHash(bytes: Array(0..<9)) == contentHash(bytes: Array(0..<9)))
    let captions: [[Int32]] = [[1, 2, 0], [2, 1, 0], [1, 2], [1, 2, 3], [-1, 2, 0]]
    #expect(Set(captions.map { contentHash(tokens: $0) }).count == captions.count)
    // As a slice of a batch, too.
    #expect(contentHash(tokens: [9, 1, 2, 0][1...]) == contentHash(tokens: [1, 2, 0]))
  }

  @Test func `a hundred thousand short captions have as many hashes`() {
    let hashes = Set((0..<100_000).map { contentHash(tokens: [Int32($0 % 317), Int32($0 / 317)]) })
    #expect(hashes.count == 100_000)
  }
}
