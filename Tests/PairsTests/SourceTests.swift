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
  #expect(throws: SampleError.noFile(key: "missing.png", path: "missing.png")) { try source.pair(at: 1) }
  #expect(throws: SampleError.noCaption(key: "x.png")) { try source.pair(at: 2) }
}

@Test func `a table may be separated by tabs and name its columns`() throws {
  let folder = try TemporaryFolder()
  try folder.write("t.tsv", "image\ttext\n/p/1.png\tone, two\n")
  let source = try TablePairs("\(folder.path)/t.tsv", imageColumn: "image", captionColumn: "text")
  #expect(source.location(of: 0).key == "/p/1.png")
  let error = #expect(throws: ShardError.self) { try TablePairs("\(folder.path)/t.tsv") }
  #expect(error == .column(path: "\(folder.path)/t.tsv", name: "filepath", found: ["image", "text"]))
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
