import Foundation
import Pairs
import Testing

@Suite struct PathPatternTests {
  @Test(arguments: [
    ("a-{08..11}.tar", ["a-08.tar", "a-09.tar", "a-10.tar", "a-11.tar"]),
    ("{a,b}/{0..1}", ["a/0", "a/1", "b/0", "b/1"]), ("x.tar::y-{1..2}.tar", ["x.tar", "y-1.tar", "y-2.tar"]),
    ("{a,b{1..2}}.tar", ["a.tar", "b1.tar", "b2.tar"]), ("{{1..2},{x,y{,z}}}", ["1", "2", "x", "y", "yz"]),
    (String(repeating: "{0..0}", count: 20_000), [String(repeating: "0", count: 20_000)]),
  ])
  func `braces expand with zeros kept, several times, nested, and through OpenCLIP's double colon`(
    pattern: String, paths: [String]
  ) throws {
    #expect(try expandBraces(pattern) == paths)
  }

  @Test(arguments: [
    "{1..", "{3..1}", "{a..b}", "{0..99999999999}", "{x}", "{a,{b}", "{0..999}{0..999}{0..9}",
    String(repeating: "{a,", count: 5000) + String(repeating: "}", count: 5000),
  ])
  func `braces that say nothing, or too much, are refused`(pattern: String) {
    #expect(throws: ShardError.braces(pattern: pattern)) { try expandBraces(pattern) }
  }

  @Test func `globs give files in the order of their names`() throws {
    let folder = try TemporaryFolder()
    for name in ["b", "a", "c"] {
      _ = try folder.tar("\(name).tar", [("\(name).png", [1]), ("\(name).txt", Array(name.utf8))])
    }
    func keys(_ pattern: String) throws -> [String] {
      let source = try openPairs(["\(folder.path)/\(pattern)"])
      return (0..<source.count).map { source.location(of: $0).key }
    }
    #expect(try keys("*.tar") == ["a", "b", "c"])
    #expect(try keys("{[bc],a}.tar") == ["b", "c", "a"])
    #expect(throws: ShardError.noMatch(pattern: "\(folder.path)/x*.tar")) { try keys("x*.tar") }
    // What there is stands for itself.
    _ = try folder.tar("x[1]{2}*.tar", [("y.png", [1]), ("y.txt", [65])])
    #expect(try keys("x[1]{2}*.tar") == ["y"])
  }

  @Test func `a tilde is the home of who asks`() throws {
    let home = try #require(ProcessInfo.processInfo.environment["HOME"])
    #expect(throws: ShardError.missing(path: "\(home)/no such file.tar")) { try openPairs(["~/no such file.tar"]) }
  }

  @Test(arguments: ["s3://bucket/a.tar", "pipe:aws s3 cp s3://b/{0..9}.tar -", "https://x.org/{0..1}.tar", "hdfs://a"])
  func `addresses are named as what isn't read`(address: String) {
    let error = #expect(throws: ShardError.self) { try openPairs([address]) }
    #expect(error?.description.contains("only files are") == true)
  }

  @Test func `a variable that no shell expanded is named`() {
    let error = #expect(throws: ShardError.self) { try openPairs(["$HOME/a.tar"]) }
    #expect(error?.description.contains("variables aren't expanded here") == true)
  }

  @Test func `a FIFO isn't waited for`() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo("\(folder.path)/f.tar", 0o600) == 0 && mkfifo("\(folder.path)/k.jpg", 0o600) == 0)
    let error = #expect(throws: ShardError.self) { try openPairs(["\(folder.path)/f.tar"]) }
    #expect(error?.description.contains("a FIFO, not a regular file") == true)
    unlink("\(folder.path)/f.tar")
    try folder.write("k.txt", "a caption")
    let source = try openPairs([folder.path])
    let flaw = #expect(throws: Flaw.self) { try source.pair(at: 0) }
    #expect(flaw?.description.contains("a FIFO, not a regular file") == true)
  }

  @Test(arguments: [
    ("a.tar.bz2", Array("BZh91AY".utf8), "bzip2"), ("a.tgz", [0x1F, 0x8B, 8], "gzip"),
    ("t.csv.gz", [0x1F, 0x8B, 8], "gzip"), ("t.csv", [0x1F, 0x8B, 8], "gzip"),
    ("a.tar.zst", [0x28, 0xB5, 0x2F, 0xFD], "zstd"), ("a.tar.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"),
  ])
  func `what is compressed is named for what it is, with the command that helps`(
    name: String, start: [UInt8], what: String
  ) throws {
    let folder = try TemporaryFolder()
    for length in [start.count, 2000] {
      try folder.write(name, start + [UInt8](repeating: 7, count: length - start.count))
      let path = "\(folder.path)/\(name)"
      // As a path, and as all that a folder holds.
      for source in name.contains("csv") ? [path] : [path, folder.path] {
        let error = #expect(throws: ShardError.self) { try openPairs([source]) }
        #expect(error?.description.contains("is compressed (\(what))") == true)
        #expect(error?.description.contains("`diagonal data pack \(path) --out DIR`") == true)
      }
    }
  }

  @Test func `Parquet, archives and a single picture are named`() throws {
    let folder = try TemporaryFolder()
    for (name, start, words) in [
      ("a.parquet", Array("PAR1".utf8), "is Parquet"), ("a.zip", [0x50, 0x4B, 3, 4], "unpack it"),
      ("a.jpg", [0xFF, 0xD8, 0xFF], "is one picture"), ("a.json", Array("[{}]".utf8), ".jsonl"),
    ] as [(String, [UInt8], String)] {
      try folder.write(name, start)
      let error = #expect(throws: ShardError.self) { try openPairs(["\(folder.path)/\(name)"]) }
      #expect(error?.description.contains(words) == true, "\(name): \(error?.description ?? "")")
    }
  }
}
