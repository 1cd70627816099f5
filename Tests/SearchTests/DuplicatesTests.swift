import Foundation
import Search
import Testing

@Suite struct DuplicatesTests {
  private static let rows: [[Float]] = [[1, 0], [0, 1], [0.999, 0.0447], [0, -1], [0.02, 0.9998]]

  @Test func `of a group all but the first are listed, with the nearest and the cosine`() throws {
    let made = try MadeStore(images: Self.rows, keys: ["a", "b", "c", "d", "e"])
    defer { made.remove() }
    let found = Duplicates(try made.rows(), reaching: 0.99)
    #expect(found.rows.map(\.key) == ["c", "e"] && found.rows.map(\.near) == ["a", "b"])
    #expect(found.rows.map(\.stays) == ["a", "b"] && found.rows.map(\.cosine) == [0.999, 0.9998])
    #expect((found.groups, found.largest, found.pairs) == (2, 2, 2))
    try found.write(to: made.file("list.jsonl"))
    #expect(
      try String(contentsOfFile: made.file("list.jsonl"), encoding: .utf8)
        .hasPrefix(#"{"cosine":0.999,"key":"c","near":"a","stays":"a"}"# + "\n"))
  }

  @Test func `against another set all that is near to it is listed`() throws {
    let made = try MadeStore(images: Self.rows, keys: ["a", "b", "c", "d", "e"])
    let test = try MadeStore(images: [[1, 0], [-1, 0]], keys: ["t", "u"])
    defer {
      made.remove()
      test.remove()
    }
    let found = Duplicates(try made.rows(), among: try test.rows(), reaching: 0.99)
    #expect(found.rows.map(\.key) == ["a", "c"] && found.rows.allSatisfy { $0.near == "t" && $0.stays == "t" })
    #expect((found.groups, found.largest, found.pairs) == (1, 2, 2))
  }
}
