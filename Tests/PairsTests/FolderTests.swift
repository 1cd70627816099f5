import Foundation
import Pairs
import Testing

private func found(_ source: any PairSource) throws -> [String] {
  try (0..<source.count).map { index in
    let pair = try source.pair(at: index)
    return "\(pair.key): \(String(decoding: pair.image, as: UTF8.self)) \(pair.captions[0])"
  }
}

@Suite struct FolderTests {
  @Test func `img2dataset's files are read, folder by folder`() throws {
    let folder = try TemporaryFolder()
    for shard in 0..<2 {
      for number in 0..<2 {
        let key = "0000\(shard)/0000\(shard)000\(number)"
        try folder.write("\(key).jpg", "p\(shard)\(number)")
        try folder.write("\(key).txt", "c\(shard)\(number)")
        try folder.write("\(key).json", #"{"caption": "c\#(shard)\#(number)", "status": "success"}"#)
      }
      try folder.write("0000\(shard).parquet", "PAR1")
      try folder.write("0000\(shard)_stats.json", "{}")
    }
    let source = try openPairs([folder.path])
    #expect(
      try found(source) == [
        "00000/000000000: p00 c00", "00000/000000001: p01 c01", "00001/000010000: p10 c10", "00001/000010001: p11 c11",
      ])
    #expect(source.skipped.isEmpty)
  }

  @Test func `img2dataset's shards are read, and what lies beside them passed over`() throws {
    let folder = try TemporaryFolder()
    for shard in 0..<2 {
      _ = try folder.tar("0000\(shard).tar", [("\(shard).jpg", [65]), ("\(shard).txt", [66])])
      try folder.write("0000\(shard).parquet", "PAR1")
      try folder.write("0000\(shard)_stats.json", "{}")
    }
    try folder.write("._00000.tar", "mac")
    try folder.write("00002.tar.tmp", "half")
    let source = try openPairs([folder.path])
    #expect(try found(source) == ["0: A B", "1: A B"] && source.skipped.isEmpty)
    // Pairs beside them are told of.
    try folder.write("x.jpg", "x")
    try folder.write("x.txt", "x")
    let mixed = try openPairs([folder.path])
    #expect(
      mixed.count == 2 && mixed.skipped.map(\.reason) == ["1 pair beside tars: a folder with tars is read as shards"])
  }

  @Test func `img2dataset's Parquet form is named as one that isn't read`() throws {
    let folder = try TemporaryFolder()
    try folder.write("00000.parquet", "PAR1")
    try folder.write("00000_stats.json", "{}")
    let error = #expect(throws: ShardError.self) { try openPairs([folder.path]) }
    #expect(error?.description.contains("00000.parquet, which isn't read here") == true)
  }

  @Test(arguments: [
    ("metadata.jsonl", "{\"file_name\":\"a.jpg\",\"text\":\"x\"}\n{\"file_name\":\"sub/b.jpg\",\"text\":\"y\"}\n"),
    ("metadata.csv", "file_name,text\na.jpg,x\nsub/b.jpg,y\n"),
  ])
  func `Hugging Face's ImageFolder is read by its list`(name: String, text: String) throws {
    let folder = try TemporaryFolder()
    for picture in ["a.jpg", "sub/b.jpg", "sub/c.jpg"] { try folder.write("train/\(picture)", picture) }
    try folder.write("train/\(name)", text)
    let source = try openPairs([folder.path])
    #expect(try found(source) == ["a.jpg: a.jpg x", "sub/b.jpg: sub/b.jpg y"])
    #expect(source.skipped.map(\.reason) == ["1 picture that no metadata file lists"])
  }

  @Test func `what is hidden, and what systems leave behind, is passed over`() throws {
    let folder = try TemporaryFolder()
    for name in [
      "k.jpg", "k.txt", ".git/x.jpg", ".git/x.txt", "__MACOSX/._k.jpg", "__MACOSX/._k.txt", "._k.jpg", ".DS_Store",
      "Thumbs.db", "desktop.ini",
    ] { try folder.write(name, name) }
    #expect(try found(try openPairs([folder.path])) == ["k: k.jpg k.txt"])
  }

  @Test func `a link that leads nowhere and a folder named like a picture are skipped by name`() throws {
    let folder = try TemporaryFolder()
    for key in ["bad", "dir", "k"] { try folder.write("\(key).txt", key) }
    try folder.write("k.jpg", "k")
    try folder.write("dir.jpg/x.jpg", "inside")
    try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/bad.jpg", withDestinationPath: "nowhere")
    try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/round", withDestinationPath: ".")
    let source = try openPairs([folder.path])
    #expect(source.count == 3)
    for (index, kind) in [(0, "pictures that aren't there"), (1, "files that can't be read")] {
      let flaw = #expect(throws: Flaw.self) { try source.pair(at: index) }
      #expect(flaw?.kind == kind)
    }
    #expect(try source.pair(at: 2).captions == ["k"])
    #expect(source.skipped.map(\.key) == ["round", "dir.jpg/x"])
  }

  @Test func `a folder without pairs says what it found`() throws {
    let folder = try TemporaryFolder()
    func message() -> String {
      do { _ = try openPairs([folder.path]) } catch { return "\(error)" }
      return ""
    }
    #expect(message().hasSuffix("found no files at all"))
    try folder.write("list.csv", "filepath,title\n")
    #expect(message().contains("found list.csv: give that file itself"))
    try folder.write("a.jpg", "a")
    #expect(message().contains("pictures without a caption (1), the first: a in"))
  }
}
