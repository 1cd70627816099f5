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

  @Test(arguments: [false, true])
  func `a folder's name is a label, and a caption, if asked for`(_ inTar: Bool) throws {
    let folder = try TemporaryFolder()
    let files = ["cat/1.png", "cat/2.png", "dog/3.png", "4.png", "dog/3.json"]
    let contents = try files.map { $0.hasSuffix("json") ? Array(#"{"folder": "hound"}"#.utf8) : try colorFile(1) }
    if inTar { _ = try folder.tar("a.tar", Array(zip(files, contents))) }
    if !inTar { for (name, bytes) in zip(files, contents) { try folder.write("a/\(name)", bytes) } }
    let path = "\(folder.path)/a\(inTar ? ".tar" : "")"
    func pairs(_ options: ReadingOptions) throws -> [String: Pair] {
      let source = try openPairs([path], options)
      return Dictionary(
        uniqueKeysWithValues: try (0..<source.count).map { try source.pair(at: $0) }.map { ($0.key, $0) })
    }
    var options = ReadingOptions()
    (options.needs, options.label) = (.pictures, "folder")
    let labels = try pairs(options).mapValues(\.label)
    #expect(labels == ["cat/1": "cat", "cat/2": "cat", "dog/3": "hound", "4": nil])
    options = ReadingOptions()
    options.captions = [ReadingOptions.Share("folder", 1)]
    #expect(try pairs(options).mapValues(\.captions) == ["cat/1": ["cat"], "cat/2": ["cat"], "dog/3": ["hound"]])
  }

  @Test func `pictures in folders by class are no pairs until their folders' names are captions, which is said`() throws
  {
    let folder = try TemporaryFolder()
    try folder.write("cat/1.png", colorFile(1))
    let error = #expect(throws: ShardError.self) { try openPairs([folder.path], ReadingOptions()) }
    #expect(error?.description.contains("data.captions: {folder: 1} takes a folder's name, as “cat”") == true)
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
