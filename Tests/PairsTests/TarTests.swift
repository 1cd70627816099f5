import Foundation
import Pairs
import TestSupport
import Testing

/// Runs lines of bash in a folder.
private func bash(_ script: String, in folder: TemporaryFolder) throws {
  let result = try run("bash", ["-ec", "cd \"$1\"; " + script, "bash", folder.path])
  try #require(result.status == 0, "\(result.stderr)")
}

private func pairs(_ source: any PairSource) throws -> [(key: String, image: [UInt8], caption: String)] {
  try (0..<source.count).map { index in
    let pair = try source.pair(at: index)
    return (pair.key, pair.image, pair.captions[0])
  }
}

@Suite struct TarTests {
  /// `tar -S` keeps only what isn't zero; of many stretches the map goes on behind the header.
  @Test(
    arguments: ["--format=gnu", "--sparse-version=0.0", "--sparse-version=0.1", "--sparse-version=1.0"], [1, 3, 60])
  func `sparse members are read whole, whatever their form, and the rest with its own pictures`(
    form: String, stretches: Int
  ) throws {
    let folder = try TemporaryFolder()
    let long = String(repeating: "d", count: 90) + "/longer than a hundred bytes.jpg"
    try bash("mkdir \(String(repeating: "d", count: 90))", in: folder)
    var bytes = [UInt8](repeating: 0, count: 1_000_000)
    for number in 0..<stretches { bytes[number * 16_384 + 5] = UInt8(number + 1) }
    try bash(
      "truncate -s 1000000 '\(long)'; "
        + "for i in $(seq 0 \(stretches - 1)); do printf \"\\\\x$(printf %02x $((i+1)))\" | "
        + "dd of='\(long)' bs=1 seek=$((i*16384+5)) conv=notrunc status=none; done", in: folder)
    try folder.write(long.replacing(".jpg", with: ".txt"), "sparse")
    try folder.write("m.jpg", [7])
    try folder.write("m.txt", "plain")
    let names = "'\(long)' m.jpg m.txt '\(long.replacing(".jpg", with: ".txt"))'"
    try bash("tar -S \(form.hasPrefix("--sparse") ? "--format=pax " : "")\(form) -cf a.tar \(names)", in: folder)
    let size = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/a.tar")[.size] as? Int ?? 0
    let found = try pairs(try Shards(["\(folder.path)/a.tar"]))
    #expect(found.map(\.caption) == ["sparse", "plain"] && found.map(\.image) == [bytes, [7]])
    #expect(size < 600_000, "the file system keeps no holes, so nothing was tested")
  }

  @Test func `tars may be one after another, and blocks of zeros between members`() throws {
    let folder = try TemporaryFolder()
    let first = try folder.tar("1.tar", [("a.png", [1]), ("a.txt", Array("one".utf8))])
    let second = try folder.tar("2.tar", [("b.png", [2]), ("b.txt", Array("two".utf8))])
    try bash(
      "cat 1.tar 2.tar > 3.tar; head -c 2048 1.tar > 4.tar; head -c 512 /dev/zero >> 4.tar; cat 2.tar >> 4.tar",
      in: folder)
    for name in ["3.tar", "4.tar"] {
      let source = try Shards(["\(folder.path)/\(name)"])
      #expect(try pairs(source).map(\.caption) == ["one", "two"] && source.skipped.isEmpty)
    }
    #expect(try pairs(try Shards([first, second])).map(\.image) == [[1], [2]])
    // What is no tar behind one is told of; behind one block of zeros alone it is damage.
    try bash("(cat 1.tar; yes | head -c 3000) > 5.tar", in: folder)
    let source = try Shards(["\(folder.path)/5.tar"])
    #expect(source.count == 1 && source.skipped.map(\.reason) == ["the last 3000 bytes aren't a tar's"])
    try bash("(head -c 2048 1.tar; head -c 512 /dev/zero; yes | head -c 3000) > 6.tar", in: folder)
    #expect(throws: ShardError.damaged(path: "\(folder.path)/6.tar", offset: 2560)) {
      try Shards(["\(folder.path)/6.tar"])
    }
  }

  @Test func `links are followed within the tar`() throws {
    let folder = try TemporaryFolder()
    try bash(
      """
      mkdir d; printf A > d/a.png; ln d/a.png d/b.png; ln -s a.png d/c.png; ln -s ../d/c.png d/e.png; ln -s x.png d/f.png
      ln -s g.png d/g.png; for k in a b c e f g; do printf $k > d/$k.txt; done
      tar -cf a.tar d/a.* d/b.* d/c.* d/e.* d/f.* d/g.*
      mkdir n; printf B > n/a.png; ln n/a.png n/b.png; printf n > n/b.txt; tar -C n -cf n.tar a.png b.png b.txt
      mkdir o; printf C > o/a.png; ln o/a.png o/b.png; printf o > o/b.txt; tar -C o -cf o.tar a.png b.png b.txt
      cat n.tar o.tar > two.tar
      """, in: folder)
    let source = try Shards(["\(folder.path)/a.tar"])
    #expect(try pairs(source).map(\.caption) == ["a", "b", "c", "e"])
    #expect(try pairs(source).allSatisfy { $0.image == [65] })
    #expect(source.skipped.map(\.key) == ["d/f", "d/g"])
    #expect(source.skipped.first?.reason == "it is a link to d/x.png, which isn't there")
    // Each link of two tars means its own tar's member.
    let two = try Shards(["\(folder.path)/two.tar"])
    #expect(
      try pairs(two).map { [$0.caption.first, $0.image.first.map { Character(UnicodeScalar($0)) }] } == [
        ["n", "B"], ["o", "C"],
      ])
  }

  @Test func `names are bytes, and no two of them one key`() throws {
    let folder = try TemporaryFolder()
    try bash(
      "mkdir d; for c in e9 e8; do printf $c > \"d/$(printf \"caf\\\\x$c.jpg\")\"; "
        + "printf $c > \"d/$(printf \"caf\\\\x$c.txt\")\"; done; tar -C d -cf a.tar .", in: folder)
    for source in [try openPairs(["\(folder.path)/a.tar"]), try openPairs(["\(folder.path)/d"])] {
      let found = try pairs(source)
      #expect(found.count == 2 && found.allSatisfy { Array($0.caption.utf8) == $0.image })
      #expect(Set(found.map { $0.key.suffix(7) }) == [#"caf\xE8"#, #"caf\xE9"#])
    }
  }

  @Test func `a shard that changes while it is read is named`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.tar("a.tar", [("a.png", [1]), ("a.txt", Array("one".utf8))])
    let source = try Shards([path])
    #expect(try source.pair(at: 0).captions == ["one"])
    _ = try folder.tar("a.tar", [("b.png", [2]), ("b.txt", Array("two".utf8))])
    #expect(throws: ShardError.changed(path: path)) { try source.pair(at: 0) }
  }

  @Test func `what is too large to be a picture or a caption isn't read`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.tar(
      "a.tar",
      [
        ("a.png", [1, 2, 3]), ("a.txt", [65]), ("b.png", [1]), ("b.txt", [65, 66, 67]), ("c.png", [1]), ("c.txt", [65]),
        ("d.png", [1]), ("d.json", Array(#"{"captions": ["A", "ABC"]}"#.utf8)), ("e.png", [1]),
        ("e.json", Array(#"{"caption": "A", "more": "ABCDEFGHIJKLMNO"}"#.utf8)),
      ])
    var options = ReadingOptions()
    (options.limits.pictureBytes, options.limits.captionBytes) = (2, 2)
    let source = try openPairs([path], options)
    #expect(throws: Flaw.pictureBytes(3, most: 2)) { try source.pair(at: 0) }
    #expect(throws: Flaw.captionBytes(3, most: 2)) { try source.pair(at: 1) }
    #expect(try source.pair(at: 2).captions == ["A"])
    // Whichever caption is drawn.
    #expect(throws: Flaw.captionBytes(3, most: 2)) { try source.pair(at: 3) }
    #expect(throws: Flaw.textBytes(43, most: 32)) { try source.pair(at: 4) }
    // A hole of a sparse file is as large as what it stands for.
    try bash("truncate -s 3G h.jpg; printf x > h.txt; tar -S -cf h.tar h.jpg h.txt", in: folder)
    let sparse = try openPairs(["\(folder.path)/h.tar"])
    #expect(throws: Flaw.pictureBytes(3 << 30, most: 64 << 20)) { try sparse.pair(at: 0) }
  }
}
