import Pairs
import Testing

@Suite struct LabelTests {
  private static let json = #"{"caption": "a cat", "class": "cat", "number": 7, "both": ["x", "y"]}"#

  @Test(
    arguments: [
      (nil, "dog"), ("class", "cat"), ("CLASS", "cat"), ("number", "7"), ("both", nil), ("gone", nil),
    ] as [(String?, String?)])
  func `a tar's label is the .cls, or the field that is named`(_ field: String?, _ expected: String?) throws {
    let folder = try TemporaryFolder()
    let path = try folder.tar(
      "a.tar", [("1.png", colorFile(1)), ("1.json", Array(Self.json.utf8)), ("1.cls", Array(" dog\n".utf8))])
    var options = ReadingOptions()
    options.label = field
    #expect(try Shards([path], options).pair(at: 0).label == expected)
  }

  @Test func `a table's label is a column, a line's a field`() throws {
    let folder = try TemporaryFolder()
    try folder.write("t.csv", "filepath,title,kind\nx.png,one,cat\ny.png,two, dog \nz.png,three,")
    try folder.write("l.jsonl", #"{"image": "x.png", "caption": "one", "kind": 3}"#)
    var options = ReadingOptions()
    func labels(_ name: String) throws -> [String?] {
      let source = try openPairs(["\(folder.path)/\(name)"], options)
      return try (0..<source.count).map { try source.pairWithoutImage(at: $0).label }
    }
    #expect(try labels("t.csv") == [nil, nil, nil])
    options.label = "kind"
    #expect(try labels("t.csv") == ["cat", "dog", nil])
    #expect(try labels("l.jsonl") == ["3"])
    options.label = "sort"
    let error = #expect(throws: ShardError.self) { try labels("t.csv") }
    #expect(error?.description.contains("has no column “sort” (it has “filepath”, “title”, “kind”)") == true)
  }
}
