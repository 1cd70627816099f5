import Demonstrations
import Foundation
import Pairs
import TestSupport
import Testing

/// Small scenes, made once a test.
@Suite struct ShapesTests {
  private struct Facts: Decodable {
    let factor: String
    let draw: Int
    let items: [String]
    let written: String?
    let hard_negatives: [String]
  }

  private func pairs(_ path: String) throws -> [(pair: Pair, facts: Facts)] {
    let source = try openPairs([path])
    return try (0..<source.count).map { index in
      let pair = try source.pair(at: index)
      return (pair, try JSONDecoder().decode(Facts.self, from: Data(pair.json)))
    }
  }

  /// Calls `body` with each task's name and its two shards.
  private func eachTask(
    draws: Int = 8,
    _ body: (_ task: String, _ train: [(pair: Pair, facts: Facts)], _ test: [(pair: Pair, facts: Facts)])
      throws -> Void
  ) throws {
    try temporaryDirectory { directory in
      let made = try ShapeShards(side: 64, draws: draws).write(to: directory) { _ in }
      #expect(made.count == 2 * ShapeShards.summaries.count)
      for (task, _) in ShapeShards.summaries {
        try body(task, pairs("\(directory)/\(task)-train.tar"), pairs("\(directory)/\(task)-test.tar"))
      }
    }
  }

  @Test func `each draw has every factor once, and a caption that no other of it has`() throws {
    try eachTask { task, train, test in
      for (part, draws) in [(train, 8), (test, 2)] {
        let byDraw = Dictionary(grouping: part) { $0.facts.draw }
        #expect(byDraw.count == draws)
        let factors = Set(part.map(\.facts.factor))
        for own in byDraw.values {
          #expect(own.count == factors.count && Set(own.map(\.facts.factor)) == factors, "\(task)")
          for (pair, facts) in own {
            #expect(!facts.hard_negatives.isEmpty && !facts.hard_negatives.contains(pair.captions[0]), "\(task)")
          }
          if task != "misled" { #expect(Set(own.map(\.pair.captions)).count == own.count, "\(task)") }
        }
      }
    }
  }

  @Test func `training and test have no items in common, the same shapes and colours all the same`() throws {
    var seen: Set<Substring> = []
    try eachTask(draws: 64) { task, train, test in
      let (mine, others) = (Set(train.map(\.facts.items)), Set(test.map(\.facts.items)))
      guard task != "reading" else { return }
      #expect(mine.isDisjoint(with: others), "\(task)")
      let words = Set(mine.joined().flatMap { $0.split(separator: " ") })
      #expect(words.count == 12, "\(task)")
      seen.formUnion(others.joined().flatMap { $0.split(separator: " ") })
    }
    #expect(seen.count == 12)
  }

  /// Ink is what isn't white: as much of it for six as for one, up to the edges.
  @Test func `however many there are, they are as large together`() throws {
    try eachTask { task, train, _ in
      guard task == "count" else { return }
      for own in Dictionary(grouping: train, by: \.facts.draw).values {
        let ink = try own.map { try Picture(decoding: $0.pair.image).pixels.reduce(0) { $0 + 255 - Double($1) } }
        let mean = ink.reduce(0, +) / Double(ink.count)
        #expect(ink.allSatisfy { abs($0 - mean) < 0.06 * mean }, "\(ink)")
      }
    }
  }

  @Test func `a written word leaves ink`() throws {
    try eachTask(draws: 2) { task, train, _ in
      guard task == "misled" else { return }
      let bare = try train.filter { $0.facts.written == nil }.map { try Picture(decoding: $0.pair.image).pixels }
      let written = try train.filter { $0.facts.written != nil }.map { try Picture(decoding: $0.pair.image).pixels }
      #expect(bare.count == 2 && written.count == 4)
      // The lower fourth of the square.
      #expect(bare.allSatisfy { $0.suffix(16 * 64 * 3).allSatisfy { $0 == 255 } })
      #expect(written.allSatisfy { $0.suffix(16 * 64 * 3).contains { $0 < 200 } })
    }
  }

  @Test func `the same seed draws the same bytes, another one others`() throws {
    try temporaryDirectory { directory in
      for (name, seed) in [("a", UInt64(0)), ("b", 0), ("c", 1)] {
        _ = try ShapeShards(side: 32, draws: 2, seed: seed).write(to: "\(directory)/\(name)") { _ in }
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/a")
      #expect(names.count == 4 * ShapeShards.summaries.count)
      func bytes(_ folder: String, _ name: String) -> Data? {
        FileManager.default.contents(atPath: "\(directory)/\(folder)/\(name)")
      }
      for name in names {
        #expect(bytes("a", name) == bytes("b", name))
        if name.hasSuffix(".tar") { #expect(bytes("a", name) != bytes("c", name)) }
      }
    }
  }
}
