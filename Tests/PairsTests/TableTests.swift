import Foundation
import Pairs
import Testing

/// A table beside four pictures whose contents are their numbers.
private struct Table {
  let folder: TemporaryFolder
  let path: String

  init(_ name: String, _ bytes: [UInt8]) throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/\(name)"
    try FileManager.default.createDirectory(atPath: "\(folder.path)/img", withIntermediateDirectories: true)
    for number in 0..<4 { try folder.write("img/p\(number).jpg", [UInt8(number)]) }
    try folder.write(name, bytes)
  }

  init(_ name: String, _ text: String) throws { try self.init(name, Array(text.utf8)) }

  func open(_ change: (inout ReadingOptions) -> Void = { _ in }) throws -> HeldPairs {
    var options = ReadingOptions()
    change(&options)
    return HeldPairs(source: try openPairs([path], options), folder: folder)
  }

  /// The pictures' numbers with their captions.
  func found(_ change: (inout ReadingOptions) -> Void = { _ in }) throws -> [String] {
    let source = try open(change)
    return try (0..<source.count).map { index in
      let pair = try source.pair(at: index)
      return "\(pair.image[0]) \(pair.captions.joined(separator: "|"))"
    }
  }
}

@Suite struct TableTests {
  @Test(arguments: [
    ("t.csv", "\u{FEFF}filepath,title\nimg/p0.jpg,a dog\nimg/p1.jpg,a cat\n"),
    ("t.csv", "filepath, title\nimg/p0.jpg, a dog\n img/p1.jpg , a cat\n"),
    ("t.csv", "image,caption\nimg/p0.jpg,a dog\nimg/p1.jpg,a cat\n"),
    ("t.csv", "filepath;title\nimg/p0.jpg;a dog\nimg/p1.jpg;a cat\n"),
    ("t.csv", "id|Image_Name|Comment\n1|img/p0.jpg|a dog\n2|img/p1.jpg|a cat\n"),
    ("t.csv", "img/p0.jpg,a dog\nimg/p1.jpg,a cat\n"), ("t.csv", "a dog,img/p0.jpg\na cat,img/p1.jpg\n"),
    ("t.csv", "filepath\ttitle\r\nimg/p0.jpg\ta dog\r\nimg/p1.jpg\ta cat"),
    ("t.csv", "filepath,title\rimg/p0.jpg,a dog\rimg/p1.jpg,a cat\r"),
    ("t.csv", "filepath,title,\nimg/p0.jpg,a dog,\nimg/p1.jpg,a cat,\n"),
    ("t.csv", "filepath,title\nimg/p0.jpg,a dog,\nimg/p1.jpg,a cat,,\n"),
    ("t.csv", "sep=;\r\nfilepath;title\r\nimg/p0.jpg;a dog\r\nimg/p1.jpg;a cat\r\n"),
    ("t.csv", "filepath,title\nimg\\p0.jpg,a dog\n.\\img\\p1.jpg,a cat\n"),
    ("T.TSV", "file_name\ttext\nimg/p0.jpg\ta dog\nimg/p1.jpg\ta cat\n"),
    ("t.csv", "title,filepath,caption\na dog,img/p0.jpg,x\na cat,img/p1.jpg,y\n"),
    ("t.jsonl", "{\"image\":\"img/p0.jpg\",\"text\":\"a dog\"}\n\n{\"image\":\"img/p1.jpg\",\"text\":\"a cat\"}\n"),
    (
      "t.jsonl",
      "{\"file_name\":\"img/p0.jpg\",\"caption\":[\"a dog\"],\"x\":NaN}\n{\"file_name\":\"img/p1.jpg\",\"captions\":\"a cat\"}"
    ),
  ])
  func `what leaves no doubt is read as it is`(name: String, text: String) throws {
    #expect(try Table(name, text).found() == ["0 a dog", "1 a cat"])
  }

  @Test func `a table in UTF-16 with its mark, or in an encoding that is named, is decoded`() throws {
    let text = "filepath,title\nimg/p0.jpg,été à la plage\n"
    let utf16 = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(try Table("t.csv", [0xFF, 0xFE] + utf16).found() == ["0 été à la plage"])
    let unmarked = #expect(throws: ShardError.self) { try Table("t.csv", utf16).open() }
    #expect(unmarked?.description.contains("set data.encoding: utf-16le") == true)
    #expect(try Table("t.csv", utf16).found { $0.encoding = "utf-16le" } == ["0 été à la plage"])
    let latin = text.unicodeScalars.map { UInt8($0.value) }
    #expect(try Table("t.csv", latin).found { $0.encoding = "latin1" } == ["0 été à la plage"])
    // Without it the row alone is left out, by name and with what to do.
    let source = try Table("t.csv", latin + Array("img/p1.jpg,a cat\n".utf8)).open()
    let flaw = #expect(throws: Flaw.self) { try source.pair(at: 0) }
    #expect(flaw?.description.contains("its title isn't text: it isn't UTF-8 at byte 0") == true)
    #expect(flaw?.description.contains("set data.encoding") == true)
    #expect(try source.pair(at: 1).captions == ["a cat"])
    let unknown = #expect(throws: ShardError.self) { try Table("t.csv", latin).open { $0.encoding = "klingon" } }
    #expect(unknown?.description.contains("data.encoding klingon isn't known") == true)
  }

  @Test(arguments: [
    ("img/p0.jpg,a green pear, in a bowl", "line 3 has 3 fields, the first line 2"),
    ("img/p0.jpg, \"a green pear, in a bowl\"", "line 3 has a quote in a wrong place"),
    ("img/p0.jpg, \"a green pear\"", "line 3 has a quote in a wrong place"),
    ("img/p0.jpg,\"best\" dog", "line 3 has a quote in a wrong place"),
    ("img/p0.jpg", "line 3 has 1 fields, the first line 2"),
  ])
  func `a row that isn't clear is left out by its line, and no other with it`(row: String, words: String) throws {
    let table = try Table(
      "t.csv", "filepath,title\nimg/p1.jpg,a cat\n\(row)\nimg/p2.jpg,\"two\nlines\"\nimg/p3.jpg,a \"b\"\n")
    #expect(try table.found() == ["1 a cat", "2 two\nlines", "3 a \"b\""])
    let skipped = try table.open().skipped
    #expect(skipped.count == 1 && skipped[0].reason.hasPrefix(words) && skipped[0].location.byte == 32)
    #expect(skipped.first?.key == "line 3" && skipped.first?.shard == table.path)
  }

  @Test(arguments: [
    ("t.csv", "filepath,title\nimg/p0.jpg,\"a dog\nimg/p1.jpg,a cat\n", 2),
    ("t.tsv", "filepath\ttitle\nimg/p0.jpg\t\"a\nb\"\nimg/p1.jpg\t\"a cat\nimg/p2.jpg\ta cat\n", 4),
  ])
  func `a quote that stays open is an error of the line where it opens`(name: String, text: String, line: Int) throws {
    let table = try Table(name, text)
    #expect(throws: ShardError.openQuote(path: table.path, line: line)) { try table.open() }
  }

  @Test func `addresses in the place of pictures, and JSON as a whole, are named for what they are`() throws {
    let whole = #expect(throws: ShardError.self) { try Table("t.csv", "url,title\nhttp://a.b/c.jpg,a dog\n").open() }
    #expect(whole?.description.contains("has addresses of pictures (“url”, “title”): fetch them first") == true)
    let table = try Table("t.csv", "filepath,title\nimg/p0.jpg,a dog\nhttp://a.b/c.jpg,a cat\n").open()
    let row = #expect(throws: Flaw.self) { try table.pair(at: 1) }
    #expect(row?.description == "http://a.b/c.jpg is an address: pictures are to be fetched first")
    let list = #expect(throws: ShardError.self) { try Table("t.json", #"[{"image": "img/p0.jpg"}]"#).open() }
    #expect(list?.description.contains("is JSON as a whole; one object a line is read: `jq -c '.[]'") == true)
  }

  @Test func `quotes may mean nothing`() throws {
    let table = try Table("t.tsv", "filepath\ttitle\nimg/p0.jpg\t\"a dog\nimg/p1.jpg\t\"best\" cat\n")
    #expect(try table.found { $0.table.quotes = false } == ["0 \"a dog", "1 \"best\" cat"])
  }

  @Test func `columns, separator and header may be set`() throws {
    let table = try Table("t.csv", "a;b;c\nimg/p0.jpg;x;a dog\n")
    func set(_ options: inout ReadingOptions) {
      (options.table.image, options.table.caption, options.table.separator) = ("a", "c", .semicolon)
    }
    #expect(try table.found(set) == ["0 a dog"])
    let doubt = #expect(throws: ShardError.self) { try table.open() }
    #expect(doubt?.description.contains("(it has “a”, “b”, “c”): set data.csv.image") == true)
    let captions = #expect(throws: ShardError.self) { try table.open { $0.table.image = "a" } }
    #expect(captions?.description.contains("set data.csv.caption") == true)
    let missing = #expect(throws: ShardError.self) { try table.open { $0.table.image = "d" } }
    #expect(missing == .column(path: table.path, name: "d", found: ["a", "b", "c"]))
    let bare = try Table("t.csv", "1,a dog,img/p0.jpg\n2,a cat,img/p1.jpg\n")
    #expect(try bare.found { $0.table.caption = "2" } == ["0 a dog", "1 a cat"])
    #expect(throws: ShardError.self) { try bare.open() }
    let named = try Table("t.csv", "image,text\nimg/p0.jpg,a dog\n")
    let source = try named.open {
      ($0.table.header, $0.table.image, $0.table.caption) = (false, "1", "2")
    }
    #expect(source.count == 2 && source.location(of: 0).key == "image")
    let lines = try Table("t.jsonl", #"{"pic": "img/p0.jpg", "say": "a dog", "text": "no"}"#)
    #expect(try lines.found { ($0.table.image, $0.table.caption) = ("pic", "say") } == ["0 a dog"])
  }

  @Test func `lines of JSON that can't be read are left out by name`() throws {
    let table = try Table(
      "t.jsonl",
      "{\"image\":\"img/p0.jpg\",\"text\":\"a dog\"}\n{\"image\":\n{\"text\":\"no picture\"}\n{\"image\":\"img/p9.jpg\",\"text\":\"gone\"}\n"
    )
    let source = try table.open()
    #expect(source.count == 4 && source.location(of: 1).key == "line 2" && source.location(of: 1).byte == 38)
    #expect(try source.pair(at: 0).image == [0])
    for (index, kind) in [
      (1, "lines that can't be read"), (2, "rows that name no picture"), (3, "pictures that aren't there"),
    ] {
      let flaw = #expect(throws: Flaw.self) { try source.pair(at: index) }
      #expect(flaw?.kind == kind)
    }
  }

  @Test(arguments: [
    ("t.csv", ""), ("t.csv", "\n\n"), ("t.csv", "filepath,title\n"), ("t.jsonl", ""), ("t.jsonl", "{\"a\": 1}\n"),
  ])
  func `a table without pairs says what was expected of a table`(name: String, text: String) throws {
    let error = #expect(throws: ShardError.self) { try Table(name, text).open() }
    #expect(
      error?.description.contains("holds no pairs: expected ") == true && error?.description.contains(".webp") == false)
  }

  @Test func `a table's row serves as the pair's json`() throws {
    struct Fields: Decodable { let label: String }
    let source = try Table("t.csv", "filepath,title,label\nimg/p0.jpg,a dog,pet\n").open()
    #expect(try source.pair(at: 0).metadata(as: Fields.self).label == "pet")
  }

  @Test func `texts without pictures are read a line each`() throws {
    let table = try Table("t.txt", "one\n\n  two \r\nthree")
    let source = try table.open { $0.needs = .texts }
    #expect(try (0..<source.count).map { try source.pair(at: $0).captions[0] } == ["one", "two", "three"])
    #expect(source.location(of: 1).key == "line 3")
    #expect(throws: ShardError.self) { try table.open() }
  }
}
