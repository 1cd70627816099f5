import Files
import Foundation
import Pairs
import Testing

private func text(_ string: String) -> [UInt8] { Array(string.utf8) }

@Test func `pairs are members that share a key up to the first dot`() throws {
  let folder = try TemporaryFolder()
  let path = try folder.tar(
    "a.tar",
    [
      ("x/1.jpg", [1]), ("x/1.txt", text("one\n")), ("x/2.json", text(#"{"captions": ["two", "zwei", "two"]}"#)),
      ("x/2.PNG", [2]), ("y.v/1.seg.png", [9]), ("y.v/1.webp", [3]), ("y.v/1.txt", text("three")),
      ("y.v/1.json", text(#"{"caption": "drei", "size": 4}"#)), (".hidden", [0]), ("README", [0]),
    ])
  let shards = try Shards([path])
  let pairs = try (0..<shards.count).map(shards.pair)
  #expect(pairs.map(\.key) == ["x/1", "x/2", "y.v/1"])
  #expect(shards.skipped.isEmpty)
  #expect(pairs.map(\.image) == [[1], [2], [3]])
  #expect(pairs.map(\.captions) == [["one"], ["two", "zwei"], ["three", "drei"]])
  struct Size: Decodable { let size: Int? }
  #expect(try pairs[2].metadata(as: Size.self).size == 4)
  #expect(try pairs[0].metadata(as: Size.self).size == nil)
  #expect(shards.location(of: 2).key == "y.v/1" && shards.location(of: 2).file == path)
}

@Test func `a picture without text and a text without picture are skipped by name`() throws {
  let folder = try TemporaryFolder()
  let path = try folder.tar(
    "a.tar", [("1.jpg", [1]), ("2.txt", text("two")), ("3.jpg", [3]), ("3.txt", text("three"))])
  let shards = try Shards([path])
  #expect(shards.count == 1)
  #expect(shards.skipped.map(\.key) == ["1", "2"])
  #expect(shards.skipped.first?.description == "1 in \(path): it has a picture but neither .txt nor .json")
}

@Test func `an empty caption and a broken JSON are the sample's errors`() throws {
  let folder = try TemporaryFolder()
  let path = try folder.tar(
    "a.tar",
    [
      ("1.jpg", [1]), ("1.txt", text(" \n")), ("2.jpg", [1]), ("2.json", text("{")), ("3.jpg", [1]),
      ("3.json", text("{}")),
    ])
  let shards = try Shards([path])
  #expect(throws: Flaw.noCaption) { try shards.pair(at: 0) }
  #expect(throws: Flaw.self) { try shards.pair(at: 1) }
  #expect(throws: Flaw.noCaption) { try shards.pair(at: 2) }
}

@Test func `a missing shard, a compressed one, a text and an empty tar are told apart`() throws {
  let folder = try TemporaryFolder()
  #expect(throws: ShardError.missing(path: "\(folder.path)/no-1.tar")) { try Shards(["\(folder.path)/no-{1..2}.tar"]) }
  try folder.write("z.tar", [0x1f, 0x8b] + [UInt8](repeating: 7, count: 600))
  let compressed = #expect(throws: ShardError.self) { try Shards(["\(folder.path)/z.tar"]) }
  #expect(compressed?.description.contains("is compressed (gzip)") == true)
  try folder.write("t.tar", String(repeating: "no tar ", count: 100))
  #expect(throws: ShardError.notTar(path: "\(folder.path)/t.tar")) { try Shards(["\(folder.path)/t.tar"]) }
  let empty = try folder.tar("e.tar", [])
  let none = #expect(throws: ShardError.self) { try Shards([empty]) }
  #expect(none?.description.contains("e.tar holds no pairs") == true)
  #expect(none?.description.hasSuffix("found no files at all") == true)
  #expect(throws: ShardError.noData) { try openPairs([]) }
}

@Test func `a truncated tar names the member, its place and its sizes`() throws {
  let folder = try TemporaryFolder()
  let whole = try folder.tar("a.tar", [("1.txt", text("one")), ("1.jpg", [UInt8](repeating: 1, count: 700))])
  let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: whole)))
  try folder.write("b.tar", Array(bytes.prefix(1636)))
  let path = "\(folder.path)/b.tar"
  #expect(throws: ShardError.truncated(path: path, member: "1.jpg", offset: 1536, expected: 700, found: 100)) {
    try Shards([path])
  }
  try folder.write("b.tar", Array(bytes.prefix(1100)))
  #expect(throws: ShardError.truncated(path: path, member: "a header", offset: 1024, expected: 512, found: 76)) {
    try Shards([path])
  }
  var damaged = bytes
  damaged[1024 + 3] ^= 1
  try folder.write("b.tar", damaged)
  #expect(throws: ShardError.damaged(path: path, offset: 1024)) { try Shards([path]) }
}

@Test func `a tar without its closing zeros is whole`() throws {
  let folder = try TemporaryFolder()
  let path = try folder.tar("a.tar", [("1.txt", text("one")), ("1.jpg", [1])])
  let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  try folder.write("b.tar", Array(bytes.prefix(1537)))
  #expect(try Shards(["\(folder.path)/b.tar"]).count == 1)
}

@Test(arguments: ["gnu", "pax", "ustar"])
func `what tar itself writes is read, long names and folders included`(format: String) throws {
  let folder = try TemporaryFolder()
  let long = "data/" + String(repeating: "d", count: 90) + "/" + String(repeating: "n", count: 60)
  let directory = URL(fileURLWithPath: folder.path).appendingPathComponent(long).deletingLastPathComponent()
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  try folder.write("\(long).png", [1, 2, 3])
  try folder.write("\(long).txt", "long")
  let tar = Process()
  tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  tar.arguments = ["tar", "--format=\(format)", "-C", folder.path, "-cf", "\(folder.path)/a.tar", "data"]
  try tar.run()
  tar.waitUntilExit()
  let pair = try Shards(["\(folder.path)/a.tar"]).pair(at: 0)
  #expect(pair.key == long && pair.image == [1, 2, 3] && pair.captions == ["long"])
}

@Test func `base-256 sizes are read, and absurd ones refused`() throws {
  let folder = try TemporaryFolder()
  let path = try folder.tar("a.tar", [("1.txt", text("one")), ("1.jpg", [1, 2])])
  var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  func setSize(_ field: [UInt8]) throws {
    bytes.replaceSubrange(1024 + 124..<1024 + 136, with: field)
    bytes.replaceSubrange(1024 + 148..<1024 + 156, with: text("        "))
    let sum = bytes[1024..<1536].reduce(0) { $0 + Int($1) }
    bytes.replaceSubrange(
      1024 + 148..<1024 + 156,
      with: text(String(repeating: " ", count: 7 - String(sum, radix: 8).count) + String(sum, radix: 8) + "\0"))
    try folder.write("b.tar", bytes)
  }
  try setSize([0x80] + [UInt8](repeating: 0, count: 10) + [2])
  #expect(try Shards(["\(folder.path)/b.tar"]).pair(at: 0).image == [1, 2])
  try setSize([0x80, 0, 0, 0] + [UInt8](repeating: 0xff, count: 8))
  #expect(throws: ShardError.damaged(path: "\(folder.path)/b.tar", offset: 1024)) {
    try Shards(["\(folder.path)/b.tar"])
  }
}

@Test func `written tars hold any name, and are the same bytes each time`() throws {
  let folder = try TemporaryFolder()
  let long = String(repeating: "é", count: 80)
  let members = [("\(long).png", [UInt8](repeating: 5, count: 1024)), ("\(long).txt", text("x"))]
  let (first, second) = (try folder.tar("a.tar", members), try folder.tar("b.tar", members))
  #expect(try sha256(file: first) == sha256(file: second))
  #expect(try Shards([first]).pair(at: 0).key == long)
  let list = Process()
  list.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  list.arguments = ["tar", "-tf", first]
  list.standardOutput = FileHandle.nullDevice
  try list.run()
  list.waitUntilExit()
  #expect(list.terminationStatus == 0)
}
