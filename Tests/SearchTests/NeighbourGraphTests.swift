import Engine
import Files
import Foundation
import Search
import Similarity
import Stored
import Testing

@Suite(.serialized) struct NeighbourGraphTests {
  private static let count = 1500

  private func store() throws -> MadeStore {
    try MadeStore(images: clusteredRows(Self.count), keys: (0..<Self.count).map { "\($0)" })
  }

  private func queries(_ stored: StoredRows) throws -> [SearchQuery] {
    try (0..<50).map { try SearchQuery("\($0)", more: stored.rows.rows($0 * 29..<$0 * 29 + 1)) }
  }

  private func recall(_ graph: NeighbourGraph, _ stored: StoredRows, effort: Int = 64) throws -> Double {
    let queries = try queries(stored)
    let found = try stored.search(queries, best: 10, by: .graph(graph, effort: effort))
    return try stored.recall(of: found, for: queries, best: 10)
  }

  @Test(arguments: [1, 2])
  func `a graph finds what an exact search finds, nearly, with the cosines`(threads: Int) throws {
    defer { Threads.count = 1 }
    Threads.count = threads
    let made = try store()
    defer { made.remove() }
    let stored = try made.rows()
    let graph = try NeighbourGraph(over: stored.rows, links: 8, effort: 60)
    try graph.add(upTo: Self.count)
    #expect(graph.count == Self.count)
    #expect(try recall(graph, stored) > 0.95)
    let hits = try stored.search(queries(stored), best: 10, by: .graph(graph, effort: 64))[3]
    #expect(hits[0].key == "87" && hits.map(\.score) == hits.map(\.score).sorted(by: >))
    let expected = zip(stored.rows.rows(87..<88).array, stored.rows.rows(hits[9].row..<hits[9].row + 1).array)
    #expect(abs(Double(hits[9].score) - expected.reduce(0.0) { $0 + Double($1.0 * $1.1) }) < 1e-6)
    // With too little effort it misses some: the figure isn't 1 whatever is found.
    let sparse = try NeighbourGraph(over: stored.rows, links: 2, effort: 2)
    try sparse.add(upTo: Self.count)
    #expect(try recall(sparse, stored, effort: 1) < 0.9)
  }

  @Test func `a graph that was stored goes on, and finds as much as one that was built at once`() throws {
    let made = try store()
    defer { made.remove() }
    let (stored, file) = (try made.rows(), made.file("graph"))
    let graph = try NeighbourGraph(over: stored.rows, links: 8, effort: 60)
    try graph.add(upTo: 700)
    try graph.write(to: file, of: stored)
    let read = try NeighbourGraph.read(file, of: stored)
    #expect(read.count == 700 && read.links == 8 && read.effort == 60)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    try read.write(to: file, of: stored)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == bytes)
    try read.add(upTo: Self.count)
    #expect(read.count == Self.count)
    #expect(try recall(read, stored) > 0.95)
  }

  @Test func `an index of other rows, or of another part, is refused`() throws {
    let rows = clusteredRows(300)
    let made = try MadeStore(images: rows, texts: rows, keys: (0..<300).map { "\($0)" })
    let other = try MadeStore(images: rows.reversed(), keys: (0..<300).map { "\($0)" })
    defer {
      made.remove()
      other.remove()
    }
    let (stored, file) = (try made.rows(), made.file("graph"))
    let graph = try NeighbourGraph(over: stored.rows)
    try graph.add(upTo: 300)
    try graph.write(to: file, of: stored)
    #expect(throws: SearchError.otherIndex(path: file, problem: "is of other rows than \(other.path) has now")) {
      try NeighbourGraph.read(file, of: other.rows())
    }
    #expect(throws: SearchError.otherIndex(path: file, problem: "is of images, and texts are searched")) {
      try NeighbourGraph.read(file, of: made.rows(.texts))
    }
    #expect(
      throws: SearchError.otherIndex(path: made.file("keys.txt"), problem: "isn't an index that `diagonal index` wrote")
    ) {
      try NeighbourGraph.read(made.file("keys.txt"), of: stored)
    }
  }

  /// A file of 60 rows, and how to give it other words with a checksum that fits.
  private func hostile(_ body: (StoredRows, String, [UInt32], ([UInt32]) throws -> Void) throws -> Void) throws {
    let made = try MadeStore(images: clusteredRows(60), keys: (0..<60).map { "\($0)" })
    defer { made.remove() }
    let (stored, file) = (try made.rows(), made.file("graph"))
    let graph = try NeighbourGraph(over: stored.rows, links: 2, effort: 20)
    try graph.add(upTo: 60)
    try graph.write(to: file, of: stored)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    let start = bytes.firstIndex(of: 10)! + 1
    let words = stride(from: start, to: bytes.count - 64, by: 4).map { at in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
    }
    try body(stored, file, words) { words in
      let all = Array(bytes[..<start]) + words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
      try Data(all + Array(sha256(all).utf8)).write(to: URL(fileURLWithPath: file))
    }
  }

  @Test func `every damaged byte and every shorter file is refused`() throws {
    try hostile { stored, file, _, _ in
      let whole = try Data(contentsOf: URL(fileURLWithPath: file))
      for at in stride(from: 0, to: whole.count, by: 7) {
        var damaged = whole
        damaged[at] ^= 0x15
        try damaged.write(to: URL(fileURLWithPath: file))
        #expect(throws: SearchError.self) { try NeighbourGraph.read(file, of: stored) }
        try whole.prefix(at).write(to: URL(fileURLWithPath: file))
        #expect(throws: SearchError.self) { try NeighbourGraph.read(file, of: stored) }
      }
    }
  }

  /// The checksum of such files fits: they end where their numbers are checked, or are searched without harm.
  @Test func `whatever a word of a file is, it is refused or searched`() throws {
    try hostile { stored, file, words, write in
      let query = try SearchQuery("x", more: stored.rows.rows(0..<1))
      var refused = 0
      for at in words.indices {
        for value in [0, 1, 3, 59, 60, 255, 1 << 20, UInt32.max] where value != words[at] {
          var changed = words
          changed[at] = value
          try write(changed)
          guard let graph = try? NeighbourGraph.read(file, of: stored) else {
            refused += 1
            continue
          }
          let hits = try stored.search([query], best: 10, by: .graph(graph, effort: 20))
          #expect(hits[0].allSatisfy { 0..<60 ~= $0.row })
        }
      }
      #expect(refused > words.count)
    }
  }

  @Test func `words that say too much of themselves are refused by name`() throws {
    try hostile { stored, file, words, write in
      // width, links, effort, rows, entry, layers; then 60 rows, 60 layers, and the first row's links.
      for (at, value, problem) in [
        (0, 33, "its rows have another width"), (1, 1 << 30, "its links or its effort are out of range"),
        (3, 61, "it has more rows than are stored"), (4, 60, "its entry isn't a row of the highest layer"),
        (6, words[7], "it doesn't name each row once"), (66, 65, "a row has too many layers"),
        (126, 5, "a row has more links than there is room for"), (127, 60, "a link leads to no other row"),
      ] as [(Int, UInt32, String)] {
        var changed = words
        changed[at] = value
        try write(changed)
        #expect(throws: SearchError.index(path: file, problem: problem)) { try NeighbourGraph.read(file, of: stored) }
      }
      try write(words + [0])
      #expect(throws: SearchError.index(path: file, problem: "its size isn't that of its layers")) {
        try NeighbourGraph.read(file, of: stored)
      }
      try write(words)
      #expect(try NeighbourGraph.read(file, of: stored).count == 60)
    }
  }
}
