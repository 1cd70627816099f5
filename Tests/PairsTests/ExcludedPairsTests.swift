import Foundation
import Pairs
import Testing

@Suite struct ExcludedPairsTests {
  private func folder(_ list: String, named name: String = "list.txt") throws -> (TemporaryFolder, ReadingOptions) {
    let folder = try TemporaryFolder()
    for shard in 0..<2 {
      _ = try folder.tar(
        "\(shard).tar",
        (0..<5).flatMap { number in
          [("\(shard)\(number).png", [UInt8(shard), UInt8(number)]), ("\(shard)\(number).txt", Array("x".utf8))]
        })
    }
    try folder.write(name, list)
    var options = ReadingOptions()
    options.exclude = "\(folder.path)/\(name)"
    return (folder, options)
  }

  private func digest(_ source: any PairSource) throws -> String {
    try DataIdentity.digest(of: source, Mixture([.init(count: source.count, weight: 1)]))
  }

  @Test(arguments: [["00"], ["04", "10"], ["00", "01", "02", "03", "04"], ["14"], ["02", "03", "12"], []])
  func `pairs that a list names are left out, all others stay in their order`(keys: [String]) throws {
    let (folder, options) = try folder(keys.map { $0 + "\n" }.joined() + "nobody\n")
    let source = try openPairs(["\(folder.path)/*.tar"], options)
    let all = (0..<2).flatMap { shard in (0..<5).map { "\(shard)\($0)" } }.filter { !keys.contains($0) }
    #expect(try (0..<source.count).map { try source.pair(at: $0).key } == all)
    #expect((0..<source.count).map { source.location(of: $0).key } == all)
    #expect(try source.pairWithoutImage(at: 0).image.isEmpty)
    let shards = [all.count { $0.hasPrefix("0") }, all.count { $0.hasPrefix("1") }].filter { $0 > 0 }
    #expect(source.shardRanges.map(\.count) == shards && source.shardRanges.last?.upperBound == source.count)
    #expect(
      source.skipped.last?.reason
        == "\(keys.count) of 10 pairs are left out, named by \(keys.count) of \(keys.count + 1) keys")
    #expect(SkipSummary(source.skipped).lost == 0)
  }

  @Test func `what is left out is part of what the data are, the list isn't`() throws {
    let (folder, options) = try folder("01\n13\n")
    let paths = ["\(folder.path)/*.tar"]
    let without = try digest(openPairs(paths, options))
    #expect(try digest(openPairs(paths)) != without)
    try folder.write("other.jsonl", #"{"cosine": 1, "key": "13", "near": "12"}"# + "\n" + #"{"key": "01"}"#)
    var other = options
    other.exclude = "\(folder.path)/other.jsonl"
    #expect(try digest(openPairs(paths, other)) == without)
    try folder.write("list.txt", "01\n14\n")
    #expect(try digest(openPairs(paths, options)) != without)
    try folder.write("list.txt", "nobody")
    #expect(try digest(openPairs(paths, options)) == digest(openPairs(paths)))
  }

  @Test func `a list that leaves nothing, isn't there, or isn't one, is named`() throws {
    let (folder, options) = try folder((0..<2).flatMap { shard in (0..<5).map { "\(shard)\($0)\n" } }.joined())
    #expect(throws: ShardError.self) { try openPairs(["\(folder.path)/*.tar"], options) }
    var none = options
    none.exclude = "\(folder.path)/none.txt"
    #expect(throws: ShardError.missing(path: "\(folder.path)/none.txt")) {
      try openPairs(["\(folder.path)/*.tar"], none)
    }
    try folder.write("bad.jsonl", #"{"key": "01"}"# + "\n{}\n")
    none.exclude = "\(folder.path)/bad.jsonl"
    let error = #expect(throws: ShardError.self) { try openPairs(["\(folder.path)/*.tar"], none) }
    #expect(error?.description.contains(#"bad.jsonl has no "key" in line 2"#) == true)
  }
}
