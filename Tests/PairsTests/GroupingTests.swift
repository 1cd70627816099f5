import Foundation
import Pairs
import Testing

private func text(_ string: String) -> [UInt8] { Array(string.utf8) }

/// Members as `name` or `name=contents`; a picture's contents are its name.
private func made(_ members: [String], tar: Bool, needs: ReadingOptions.Needs = .both) throws -> HeldPairs {
  let folder = try TemporaryFolder()
  var options = ReadingOptions()
  options.needs = needs
  let files = members.map { member in
    let parts = member.split(separator: "=", maxSplits: 1).map(String.init)
    return (parts[0], text(parts.last ?? ""))
  }
  guard !tar else { return HeldPairs(source: try openPairs([try folder.tar("a.tar", files)], options), folder: folder) }
  for (name, bytes) in files {
    let parent = URL(fileURLWithPath: "\(folder.path)/\(name)").deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    try folder.write(name, bytes)
  }
  return HeldPairs(source: try openPairs([folder.path], options), folder: folder)
}

private func found(_ source: any PairSource) throws -> [String] {
  try (0..<source.count).map { index in
    let pair = try source.pair(at: index)
    return "\(pair.key): \(String(decoding: pair.image, as: UTF8.self)) \(pair.captions.joined(separator: "|"))"
  }
}

@Suite struct GroupingTests {
  @Test(arguments: [true, false])
  func `of two pictures one is the pair's, by format and not by order, and the other is told of`(tar: Bool) throws {
    for members in [["k.jpg", "k.png", "k.txt=c"], ["k.png", "k.txt=c", "k.jpg"], ["k.txt=c", "k.png", "k.jpg"]] {
      let source = try made(members, tar: tar)
      #expect(try found(source) == ["k: k.jpg c"])
      #expect(source.skipped.map(\.flaw) == [.otherPicture("k.png")])
      #expect(source.skipped.allSatisfy { !$0.flaw.losesPair })
    }
  }

  @Test func `in a tar a key ends at the first dot, and what that loses is told of with the rule`() throws {
    let source = try made(
      [
        "ok.jpg", "ok.txt=0", "v1.5.jpg", "v1.5.txt=1", "Track 2.0 (clean).jpg", "Track 2.0 (clean).txt=2", "x.jpg",
        "x.txt=3",
        "x.seg.png", "x.2.jpg", "x.2.txt=4",
      ], tar: true)
    #expect(try found(source) == ["ok: ok.jpg 0", "x: x.jpg 3"])
    #expect(source.skipped.map(\.key) == ["v1.5", "Track 2.0 (clean)", "x.2"])
    #expect(source.skipped.allSatisfy { $0.flaw.losesPair && $0.reason.contains("first dot (WebDataset's rule)") })
    let error = #expect(throws: ShardError.self) {
      _ = try made(["22.05.jpg", "22.05.txt=a", "s0.input.jpg", "s0.output.txt=b"], tar: true)
    }
    #expect(
      error?.description.contains("pictures and captions behind a key's first dot (2), the first: 22.05 in") == true,
      "\(error?.description ?? "")")
  }

  @Test func `in a folder a key ends at the last dot`() throws {
    let source = try made(
      ["a.b.jpg", "a.b.txt=1", "photo 2024.05.01.jpg", "photo 2024.05.01.txt=2", "ok.jpg", "ok.txt=3"], tar: false)
    #expect(try found(source) == ["a.b: a.b.jpg 1", "ok: ok.jpg 3", "photo 2024.05.01: photo 2024.05.01.jpg 2"])
    #expect(source.skipped.isEmpty)
  }

  @Test(arguments: [true, false])
  func `endings may be in capitals, and dot files are passed over`(tar: Bool) throws {
    let source = try made(
      [
        "IMG_1.JPG", "IMG_1.TXT=1", "IMG_2.JPEG", "IMG_2.JSON={\"caption\":\"2\"}", "._IMG_1.JPG", ".DS_Store",
        "__MACOSX/._x.jpg", "__MACOSX/x.jpg",
      ], tar: tar)
    #expect(try found(source) == ["IMG_1: IMG_1.JPG 1", "IMG_2: IMG_2.JPEG 2"])
    #expect(source.skipped.isEmpty)
  }

  @Test(arguments: [true, false])
  func `a caption is found under another spelling of the same letters, where there is but one`(tar: Bool) throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    let first = try made(["\(composed).jpg=p", "\(decomposed).txt=c", "ok.jpg=p", "ok.txt=d"], tar: tar)
    #expect(Set(try found(first)) == ["\(composed): p c", "ok: p d"] && first.skipped.isEmpty)
    // Two keys of their own stay two.
    let both = try made(
      ["\(composed).jpg=1", "\(decomposed).txt=b", "\(composed).txt=a", "\(decomposed).jpg=2"], tar: tar)
    #expect(
      Set(try (0..<2).map { [try both.pair(at: $0).image, text(try both.pair(at: $0).captions[0])] }) == [
        [text("1"), text("a")], [text("2"), text("b")],
      ])
  }

  @Test func `a second file of a name begins a new pair, unless that leaves open which belong together`() throws {
    let twice = try made(["k.jpg=1", "k.txt=a", "k.jpg=2", "k.txt=b"], tar: true)
    #expect(try found(twice) == ["k: 1 a", "k: 2 b"] && twice.skipped.isEmpty)
    let unclear = try made(["k.jpg=1", "k.jpg=2", "k.txt=a", "k.txt=b", "o.jpg=3", "o.txt=c"], tar: true)
    #expect(try found(unclear) == ["o: 3 c"])
    #expect(Set(unclear.skipped.map(\.flaw)) == [.unclearOrder])
  }

  @Test(arguments: [true, false])
  func `what lies beside a caption without picture is named`(tar: Bool) throws {
    let source = try made(["a.jpg", "a.txt=a", "b.mp4", "b.txt=b", "c.gif", "c.txt=c"], tar: tar)
    #expect(source.count == 2)
    #expect(
      source.skipped.map(\.reason) == ["it has a caption but no picture (b.mp4 beside it isn't one that is read)"])
  }

  @Test(arguments: [true, false])
  func `classes, pictures alone and captions alone are read by who needs no more`(tar: Bool) throws {
    let members = ["a.webp", "a.cls=3\n", "b.webp", "b.cls=dog", "c.webp", "d.txt=d"]
    let error = #expect(throws: ShardError.self) { _ = try made(Array(members.prefix(4)), tar: tar) }
    #expect(error?.description.contains("`eval zero-shot` reads it") == true)
    let pictures = try made(members, tar: tar, needs: .pictures)
    #expect(try (0..<pictures.count).map { try pictures.pair(at: $0).label } == ["3", "dog", nil])
    let texts = try made(members, tar: tar, needs: .texts)
    #expect(try (0..<texts.count).map { try texts.pair(at: $0).captions } == [["d"]])
  }
}
