import CLIP
import Collectives
import Engine
import Evaluation
import Foundation
import Pairs
import Stored
import TestSupport
import Testing

/// What is embedded shard by shard, by several workers and in several calls.
@Suite struct EmbeddingsTests {
  /// All files of a directory by name.
  private static func contents(_ directory: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0)"))) })
  }

  private static func options(_ shardPairs: Int = 40, _ precision: StoredPrecision = .f32) -> Embeddings.Options {
    var options = Embeddings.Options(shardPairs: shardPairs)
    options.precision = precision
    return options
  }

  @Test func `the same bytes on any number of workers, and the same rows in shards of any size`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 150, broken: 70)
      func embed(_ workers: Int, _ shardPairs: Int) throws -> String {
        let out = "\(directory)/\(workers)-\(shardPairs)"
        try simulate(workers: workers) { communicator in
          Threads.count = 1
          let encoders = try Encoders(directory: world.model)
          let made = try Embeddings(
            encoders, of: openPairs([world.data]), to: out, Self.options(shardPairs), over: communicator)
          #expect(made.pairs == 149 && made.skipped == 1 && made.embedded == 149)
        }
        return out
      }
      let expected = try embed(1, 40)
      #expect(try EmbeddingStore(expected).manifest.shards.map(\.rows) == [40, 39, 40, 30])
      for workers in [2, 3, 6] { #expect(try Self.contents(embed(workers, 40)) == Self.contents(expected)) }
      let (whole, parts) = (try EmbeddingStore(embed(1, 1000)), try EmbeddingStore(expected))
      for part in StoredPart.allCases {
        #expect(try whole.rows(of: part).array == parts.rows(of: part).array)
      }
      #expect(try whole.keys == parts.keys)
      try parts.verify()
    }
  }

  @Test func `halves are the rows rounded`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 20)
      let encoders = try Encoders(directory: world.model)
      func rows(_ precision: StoredPrecision) throws -> [Float] {
        let out = "\(directory)/\(precision)"
        _ = try Embeddings(encoders, of: openPairs([world.data]), to: out, Self.options(7, precision))
        return try EmbeddingStore(out).rows(of: .images).array
      }
      #expect(try rows(.f16) == rows(.f32).map { Float(Float16($0)) })
    }
  }

  @Test func `a call goes on where another died, whatever it left`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 100)
      let encoders = try Encoders(directory: world.model)
      let source = try openPairs([world.data])
      let whole = "\(directory)/whole"
      _ = try Embeddings(encoders, of: source, to: whole, Self.options())
      let expected = try Self.contents(whole)
      // Stops after so many batches, as a kill would, but for what a kill leaves half written.
      for batches in 0..<4 {
        let out = "\(directory)/cut\(batches)"
        let cut = Cut(after: batches)
        #expect(throws: Cut.Stop.self) {
          try Embeddings(encoders, of: Stopping(source: source, cut: cut), to: out, Self.options())
        }
        try Data("half".utf8).write(to: URL(fileURLWithPath: "\(out)/.tmp-new-4711-images-00002.npy"))
        #expect(throws: StoredError.self) { try EmbeddingStore(out) }
        let made = try Embeddings(encoders, of: source, to: out, Self.options())
        #expect(made.pairs == 100)
        #expect(try Self.contents(out) == expected)
      }
    }
  }

  @Test func `more data are added to what is there, which isn't embedded again`() throws {
    try temporaryDirectory { directory in
      let (first, second) = (
        try TinyWorld(in: "\(directory)/a", pictures: 50), try TinyWorld(in: "\(directory)/b", pictures: 30)
      )
      let more = "\(directory)/b/more.tar"
      try FileManager.default.moveItem(atPath: second.data, toPath: more)
      let encoders = try Encoders(directory: first.model)
      let (out, whole) = ("\(directory)/out", "\(directory)/whole")
      _ = try Embeddings(encoders, of: openPairs([first.data]), to: out, Self.options())
      let made = try Embeddings(encoders, of: openPairs([first.data, more]), to: out, Self.options())
      #expect(made.pairs == 80 && made.embedded == 30 && made.shards == 3)
      _ = try Embeddings(encoders, of: openPairs([first.data, more]), to: whole, Self.options())
      #expect(try Self.contents(out) == Self.contents(whole))
      #expect(try Embeddings(encoders, of: openPairs([more]), to: out, Self.options()).embedded == 0)
      #expect(try Self.contents(out) == Self.contents(whole))
    }
  }

  @Test func `what was embedded otherwise is refused, and replaced only file by file of the manifest`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 20)
      let encoders = try Encoders(directory: world.model)
      let source = try openPairs([world.data])
      let out = "\(directory)/out"
      _ = try Embeddings(encoders, of: source, to: out, Self.options())
      func expectRefusal(_ options: Embeddings.Options, _ encoders: Encoders, _ words: String) {
        let error = #expect(throws: StoredError.self) { try Embeddings(encoders, of: source, to: out, options) }
        #expect(error?.description.contains(words) == true, "\(error!)")
      }
      expectRefusal(Self.options(41), encoders, "with --shard-pairs 40, this would be 41")
      expectRefusal(Self.options(40, .f16), encoders, "with --precision f32, this would be f16")
      expectRefusal(Embeddings.Options(parts: [.images], shardPairs: 40), encoders, "with parts images and texts")
      let other = try Encoders(
        model: CLIPModel(encoders.model.configuration, seed: 8), tokenizer: encoders.tokenizer)
      expectRefusal(Self.options(), other, "with the model \(encoders.fingerprint)")
      var reads = Self.options()
      reads.settings = ["data.encoding=latin1"]
      expectRefusal(reads, encoders, "with --set nothing, this would be data.encoding=latin1")

      try Data([1]).write(to: URL(fileURLWithPath: "\(out)/images-00007.npy"))
      reads.replaces = true
      _ = try Embeddings(other, of: source, to: out, reads)
      #expect(try EmbeddingStore(out).manifest.model == other.fingerprint)
      #expect(FileManager.default.fileExists(atPath: "\(out)/images-00007.npy"))
      let occupied = "\(directory)/occupied"
      try FileManager.default.createDirectory(atPath: occupied, withIntermediateDirectories: false)
      try Data([1]).write(to: URL(fileURLWithPath: "\(occupied)/keys-00000.txt"))
      #expect(throws: StoredError.occupied(path: occupied, name: "keys-00000.txt")) {
        try Embeddings(encoders, of: source, to: occupied, reads)
      }
    }
  }

  @Test func `pairs that were lost from the start are counted, once, in whichever call they come`() throws {
    try temporaryDirectory { directory in
      let encoders = try Encoders(directory: try TinyWorld(in: directory, pictures: 1).model)
      func shard(_ name: String, _ pictures: Range<Int>) throws -> String {
        let tar = try TarWriter("\(directory)/\(name).tar")
        for i in pictures {
          try tar.add("\(name)\(i).png", try TinyWorld.file(i))
          // Every fifth has no caption.
          if i % 5 > 0 { try tar.add("\(name)\(i).txt", Array("number \(i)".utf8)) }
        }
        try tar.close()
        return "\(directory)/\(name).tar"
      }
      let (a, b) = (try shard("a", 0..<20), try shard("b", 0..<10))
      let (out, whole) = ("\(directory)/out", "\(directory)/whole")
      let first = try Embeddings(encoders, of: openPairs([a]), to: out, Self.options())
      #expect(first.pairs == 16 && first.skipped == 4)
      let second = try Embeddings(encoders, of: openPairs([a, b]), to: out, Self.options())
      #expect(second.pairs == 24 && second.skipped == 6)
      _ = try Embeddings(encoders, of: openPairs([a, b]), to: whole, Self.options())
      #expect(try Self.contents(out) == Self.contents(whole))
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      func answer(_ source: any PairSource) throws -> Data {
        let context = EvaluationContext(encoders, over: ThreadCommunicator.alone())
        return try encoder.encode(try RetrievalEvaluator().evaluate(context, on: source))
      }
      #expect(try answer(StoredPairs(out)) == answer(openPairs([a, b])))
    }
  }

  @Test func `what was begun with other data and isn't finished says so`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 100)
      let encoders = try Encoders(directory: world.model)
      let out = "\(directory)/out"
      let cut = Stopping(source: try openPairs([world.data]), cut: Cut(after: 2))
      #expect(throws: Cut.Stop.self) { try Embeddings(encoders, of: cut, to: out, Self.options()) }
      let other = try TinyWorld(in: "\(directory)/other", pictures: 30)
      #expect(throws: StoredError.otherBegun(path: out, name: "data.tar")) {
        try Embeddings(encoders, of: openPairs([other.data]), to: out, Self.options())
      }
    }
  }

  @Test func `data that changed under their name are refused`() throws {
    try temporaryDirectory { directory in
      let world = try TinyWorld(in: directory, pictures: 20)
      let encoders = try Encoders(directory: world.model)
      let out = "\(directory)/out"
      _ = try Embeddings(encoders, of: openPairs([world.data]), to: out, Self.options())
      let changed = try TinyWorld(in: "\(directory)/changed", pictures: 21)
      #expect(throws: StoredError.otherData(path: out, name: "data.tar")) {
        try Embeddings(encoders, of: openPairs([changed.data]), to: out, Self.options())
      }
    }
  }
}

/// Stops reading a source.
private final class Cut: Sendable {
  struct Stop: Error {}
  let batches: Int
  init(after batches: Int) { self.batches = batches }
}

private struct Stopping: PairSource {
  let source: any PairSource
  let cut: Cut
  var count: Int { source.count }
  func pair(at index: Int) throws -> Pair {
    if index >= cut.batches * Encoders.batch { throw Cut.Stop() }
    return try source.pair(at: index)
  }
  func location(of index: Int) -> PairLocation { source.location(of: index) }
  var shardRanges: [Range<Int>] { source.shardRanges }
  func identify(_ range: Range<Int>, to identity: DataIdentity) throws { try source.identify(range, to: identity) }
}
