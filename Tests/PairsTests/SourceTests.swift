import Foundation
import Pairs
import Testing

@Test func `a folder gives its pairs in the order of their names`() throws {
  let folder = try TemporaryFolder()
  for (name, bytes) in [("b.png", [2]), ("a.jpg", [1]), ("c.png", [3])] as [(String, [UInt8])] {
    try folder.write(name, bytes)
  }
  try folder.write("a.txt", "first")
  try folder.write("b.json", #"{"captions": ["second"]}"#)
  try folder.write("d.txt", "alone")
  let source = try openPairs([folder.path])
  #expect(try (0..<source.count).map { try source.pair(at: $0).captions } == [["first"], ["second"]])
  #expect(Set(source.skipped.map(\.key)) == ["c", "d"])
}

@Test func `a table gives its rows, with quotes, and relative paths beside it`() throws {
  let folder = try TemporaryFolder()
  try folder.write("x.png", [7])
  try folder.write(
    "t.csv", "id,title,filepath\r\n1,\"a \"\"big\"\", red\nfox\",x.png\r\n\r\n2,a cat,missing.png\n3,,x.png")
  let source = try openPairs(["\(folder.path)/t.csv"])
  #expect(source.count == 3)
  #expect(try source.pair(at: 0).captions == ["a \"big\", red\nfox"])
  #expect(try source.pair(at: 0).image == [7])
  #expect(throws: Flaw.noFile(path: "missing.png")) { try source.pair(at: 1) }
  #expect(throws: Flaw.noCaption) { try source.pair(at: 2) }
}

@Test func `a table's row without picture, or with one that can't be read, is skipped and named`() throws {
  let folder = try TemporaryFolder()
  try folder.write("x.png", try colorFile(3))
  try folder.write("t.csv", "filepath,title\n,blank\nx.png,a fox\n.,a folder\n  ,blank again\n")
  let source = try openPairs(["\(folder.path)/t.csv"])
  #expect(source.count == 2)
  #expect(source.skipped.map(\.key) == ["line 2", "line 5"])
  #expect(source.skipped.first?.reason == "line 2: its filepath is empty")
  let reader = EvaluationReader(source: source, transform: .evaluation(side: 8), batch: 4, skipLimit: 1)
  #expect(try reader.next()?.keys == ["x.png"])
  #expect(reader.skipped.map(\.key) == ["line 2", "line 5", "."])
  #expect(reader.skipped.last?.reason.contains("a folder, not a regular file") == true)
}

@Test func `captions are read without pictures, around flaws`() throws {
  let folder = try TemporaryFolder()
  let shard = try folder.tar(
    "1.tar",
    [
      ("a.png", [1]), ("a.txt", Array("one".utf8)), ("b.png", [2]), ("b.txt", []), ("c.txt", [3]),
      ("d.png", [4]), ("d.json", Array(#"{"caption": "two"}"#.utf8)),
    ])
  let source = try openPairs([shard])
  let (captions, skipped) = try allCaptions(of: source)
  #expect(captions == ["one", "two"])
  #expect(skipped.map(\.key) == ["c", "b"])
  let pair = try source.pairWithoutImage(at: 2)
  #expect(pair.image.isEmpty && pair.json == Array(#"{"caption": "two"}"#.utf8))
}

@Test func `a tar that isn't closed leaves what was there`() throws {
  let folder = try TemporaryFolder()
  try folder.write("1.tar", "old")
  var tar: TarWriter? = try TarWriter("\(folder.path)/1.tar")
  try tar?.add("a.txt", [1])
  #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/1.tar")) == Data("old".utf8))
  tar = nil
  #expect(tar == nil && FileManager.default.subpaths(atPath: folder.path) == ["1.tar"])
}

@Test func `shards, folders and tables join in the order given`() throws {
  let folder = try TemporaryFolder()
  let first = try folder.tar("1.tar", [("a.png", [1]), ("a.txt", Array("a".utf8))])
  let second = try folder.tar("2.tar", [("b.png", [2]), ("b.txt", Array("b".utf8))])
  try folder.write("t.tsv", "filepath\ttitle\n\(folder.path)/1.tar\tc\n")
  let source = try openPairs([second, "\(folder.path)/t.tsv", first])
  #expect(try (0..<source.count).map { try source.pair(at: $0).captions[0] } == ["b", "c", "a"])
  #expect(source.location(of: 2).file == first)
  #expect(try openPairs([folder.path]).count == 2)
}
