import Foundation
import Pairs
import Testing

@Suite struct DataIdentityTests {
  /// The digest of the sources that `write` makes in a folder of its own.
  private func digest(_ weight: Double = 1, _ write: (TemporaryFolder) throws -> [String]) throws -> String {
    let folder = try TemporaryFolder()
    let source = try openPairs(try write(folder))
    return try DataIdentity.digest(of: source, Mixture([.init(count: source.count, weight: weight)]))
  }

  private func tar(_ caption: String, name: String = "a.tar", picture: [UInt8] = [1]) throws -> String {
    try digest { [try $0.tar(name, [("k.png", picture), ("k.txt", Array(caption.utf8))])] }
  }

  private func folder(_ caption: String) throws -> String {
    try digest { folder in
      try folder.write("k.png", [1])
      try folder.write("k.txt", caption)
      return [folder.path]
    }
  }

  private func table(_ caption: String) throws -> String {
    try digest { folder in
      try folder.write("t.csv", "filepath,title\nk.png,\(caption)\n")
      return ["\(folder.path)/t.csv"]
    }
  }

  @Test func `data that are moved stay the same, and whatever else changes makes others`() throws {
    let original = try tar("a dog")
    #expect(try tar("a dog") == original)
    #expect(try tar("a cat") != original && tar("a dog", name: "b.tar") != original)
    #expect(try tar("a dog", picture: [1, 2]) != original)
    #expect(try folder("a dog") == folder("a dog") && folder("a dog") != folder("a cat"))
    #expect(try table("a dog") == table("a dog") && table("a dog") != table("a cat"))
    let weights = try [1, 2].map { weight in
      try digest(weight) { [try $0.tar("a.tar", [("k.png", [1]), ("k.txt", [65])])] }
    }
    #expect(weights[0] != weights[1])
  }
}
