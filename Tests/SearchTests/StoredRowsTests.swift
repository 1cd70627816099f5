import Engine
import Foundation
import Search
import Similarity
import Stored
import Testing

@Suite struct StoredRowsTests {
  private static let three: [[Float]] = [[1, 0], [0, 1], [0.6, 0.8]]

  @Test func `the nearest come first, nearer to what is wanted and away from what isn't`() throws {
    let made = try MadeStore(images: Self.three, keys: ["a", "b", "c"])
    defer { made.remove() }
    let stored = try made.rows()
    let plain = try SearchQuery("x", more: row([1, 0]))
    #expect(try stored.search([plain], best: 2)[0].map(\.key) == ["a", "c"])
    #expect(try stored.search([plain], best: 2)[0].map(\.score) == [1, 0.6])
    let away = try SearchQuery("x", more: row([0.6, 0.8]), less: row([1, 0]), weight: 1)
    #expect(try stored.search([away], best: 3)[0].map(\.key) == ["b", "c", "a"])
    let both = try SearchQuery("x", more: Tensor(shape: [2, 2], [1, 0, 0, 1]))
    #expect(try stored.search([both], best: 1)[0].map(\.key) == ["c"])
    #expect(throws: SearchError.noDirection(query: "x")) {
      try SearchQuery("x", more: row([1, 0]), less: row([1, 0]), weight: 1)
    }
  }

  @Test func `a part is searched by its own rows, with its captions`() throws {
    let made = try MadeStore(
      images: Self.three, texts: [[0, 1], [1, 0], [0, 1]], keys: ["a", "b", "c"], captions: ["x", "", "y"])
    defer { made.remove() }
    let query = try SearchQuery("x", more: row([1, 0]))
    let text = try made.rows(.texts).search([query], best: 1)[0][0]
    #expect(text.row == 1 && text.key == "b" && text.caption == "" && text.score == 1)
    #expect(try made.rows(.images).search([query], best: 1)[0][0].caption == "x")
  }

  @Test func `keys are found, one that isn't there is named with its nearest`() throws {
    let made = try MadeStore(images: Self.three, keys: ["apple", "banana", "apple"])
    defer { made.remove() }
    let stored = try made.rows()
    #expect(try stored.rows(named: ["banana", "apple", "banana"]) == [1, 0, 1])
    #expect(throws: StoredError.noSuchKey("Ban", path: made.path, nearest: "banana")) {
      try stored.rows(named: ["apple", "Ban"])
    }
  }

  @Test(arguments: [CompactedRows.Form.f16, .int8])
  func `fewer bits find the same`(form: CompactedRows.Form) throws {
    let made = try MadeStore(images: clusteredRows(3000), keys: (0..<3000).map { "\($0)" })
    defer { made.remove() }
    let stored = try made.rows()
    let queries = try (0..<40).map { try SearchQuery("\($0)", more: stored.rows.rows($0 * 70..<$0 * 70 + 1)) }
    let found = try stored.search(queries, best: 10, by: .compacted(stored.compacted(as: form)))
    let exact = try stored.search(queries, best: 10)
    for (found, exact) in zip(found, exact) {
      #expect(zip(found, exact).allSatisfy { abs($0.score - $1.score) < 1e-6 } && found.count == exact.count)
    }
    #expect(try stored.recall(of: found, for: queries, best: 10) == 1)
  }

  @Test func `numbers that aren't finite can't be kept in fewer bits`() throws {
    let made = try MadeStore(images: [[1, 0], [.nan, 1]], keys: ["a", "b"])
    defer { made.remove() }
    #expect(throws: SearchError.notFinite(what: "images", path: made.path)) { try made.rows().compacted(as: .int8) }
    let query = try SearchQuery("x", more: row([1, 0]))
    #expect(try made.rows().search([query], best: 2)[0].map(\.key) == ["a", "b"])
  }
}
