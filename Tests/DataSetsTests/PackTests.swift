import DataSets
import Files
import Foundation
import Pairs
import TestSupport
import Testing

/// Twelve pairs in a folder, of which 10 is flawed.
private func makeFolder(_ folder: String) throws {
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  for number in 0..<12 {
    try writeFile("\(folder)/\(number).png", number == 10 ? text("no picture") : try png(number))
    try writeFile("\(folder)/\(number).txt", text("number \(number)"))
  }
  try writeFile("\(folder)/3.json", text(#"{"captions": ["three", "drei"], "size": 3.50}"#))
  try writeFile("\(folder)/4.cls", text("7"))
  try writeFile("\(folder)/5.cls", text("fruit"))
}

private var small: PackOptions {
  var options = PackOptions()
  options.shardPairs = 4
  return options
}

private func packed(_ directory: String) throws -> [Pair] {
  let source = try openPairs([directory])
  return try (0..<source.count).map(source.pair)
}

@Test func `what is packed reads back with all captions, classes, fields and bytes`() throws {
  try temporaryDirectory { directory in
    try makeFolder("\(directory)/in")
    let summary = try Packer(into: "\(directory)/out", small).pack(["\(directory)/in"])
    #expect(summary.pairs == 11 && summary.lost == 1 && summary.shards == 3)
    #expect(summary.data == "\(directory)/out/shard-{000000..000002}.tar")
    #expect(try openPairs([summary.data]).count == 11)
    let pairs = try packed("\(directory)/out")
    #expect(pairs.map(\.key) == (0..<11).map { String(format: "%09d", $0) })
    let byCaption = Dictionary(uniqueKeysWithValues: pairs.map { ($0.captions[0], $0) })
    for number in 0..<12 where number != 10 {
      #expect(byCaption["number \(number)"]?.image == (try png(number)), "the picture keeps its bytes")
    }
    #expect(byCaption["number 3"]?.captions == ["number 3", "three", "drei"])
    #expect(byCaption["number 3"]?.json == text(#"{"captions": ["three", "drei"], "size": 3.50}"#))
    #expect(byCaption["number 4"]?.label == "7")
    #expect(try byCaption["number 5"]?.field("label") == "fruit", "webdataset takes no name in .cls")
    let order = pairs.map { $0.captions[0] }
    #expect(order != order.sorted(), "it is shuffled")

    let skipped = try read("\(directory)/out/skipped.jsonl").split(separator: "\n")
    #expect(skipped.count == 1 && skipped[0].contains(#""record":"10""#))
    let origin = try read("\(directory)/out/origins.jsonl").split(separator: "\n")
    #expect(origin.count == 11 && origin[0].contains(#""key":"000000000""#))
    let sums = try run("bash", ["-c", "cd $1 && sha256sum -c --strict SHA256SUMS", "bash", "\(directory)/out"])
    #expect(sums.status == 0 && sums.stdout.split(separator: "\n").count == 6, "\(sums.stdout)")
    let listed = try run("tar", ["tf", "\(directory)/out/shard-000000.tar"])
    #expect(listed.status == 0 && listed.stdout.contains("000000000.png\n000000000.txt"))
  }
}

@Test func `the same seed gives the same bytes on any number of threads, another seed another order`() throws {
  try temporaryDirectory { directory in
    try makeFolder("\(directory)/in")
    func pack(_ name: String, threads: Int, seed: UInt64? = 0) throws -> [String: Data] {
      var options = small
      options.seed = seed
      var packer = Packer(into: "\(directory)/\(name)", options)
      packer.threads = threads
      _ = try packer.pack(["\(directory)/in"])
      return try contents("\(directory)/\(name)")
    }
    let one = try pack("one", threads: 1)
    #expect(try pack("three", threads: 3) == one)
    #expect(try pack("other", threads: 2, seed: 1)["shard-000000.tar"] != one["shard-000000.tar"])
    _ = try pack("order", threads: 2, seed: nil)
    #expect(try packed("\(directory)/order").map { $0.captions[0] }.prefix(3) == ["number 0", "number 1", "number 11"])
  }
}

@Test func `one that was killed goes on, and gives the same bytes`() throws {
  struct Killed: Error {}
  try temporaryDirectory { directory in
    try makeFolder("\(directory)/in")
    let out = "\(directory)/out"
    _ = try Packer(into: "\(directory)/whole", small).pack(["\(directory)/in"])
    let whole = try contents("\(directory)/whole")
    var packer = Packer(into: out, small)
    packer.finishing = { _, _ in throw Killed() }
    #expect(throws: Killed.self) { try packer.pack(["\(directory)/in"]) }
    // As a kill leaves it: the second shard is listed and has no name yet, a third was begun, lines are cut off.
    let manifest = try read("\(out)/manifest.jsonl").split(separator: "\n")
    try write(manifest.prefix(3).joined(separator: "\n") + "\n{\"file\":", "\(out)/manifest.jsonl")
    for name in ["shard-000001.tar", "shard-000002.tar"] {
      try FileManager.default.removeItem(atPath: "\(out)/\(name)")
    }
    try writeFile("\(out)/.tmp-new-1-shard-000001.tar", [1])
    packer.finishing = { _, _ in [] }
    let summary = try packer.pack(["\(directory)/in"])
    #expect(summary.resumed == 1 && summary.pairs == 11)
    #expect(try contents(out) == whole)
    // Once more changes nothing.
    #expect(try packer.pack(["\(directory)/in"]).resumed == 3)
    #expect(try contents(out) == whole)
  }
}

@Test func `another pack is replaced by force alone, and what isn't a pack's stays`() throws {
  try temporaryDirectory { directory in
    try makeFolder("\(directory)/in")
    let (source, out) = ("\(directory)/in", "\(directory)/out")
    _ = try Packer(into: out, small).pack([source])
    try write("mine", "\(out)/notes.txt")
    var packer = Packer(into: out, PackOptions())
    #expect(throws: PackError.otherPack(path: out, differs: "the same data with other options")) {
      try packer.pack([source])
    }
    try writeFile("\(source)/0.txt", text("changed"))
    #expect(throws: PackError.otherPack(path: out, differs: "other data")) {
      try Packer(into: out, small).pack([source])
    }
    packer.replaces = true
    #expect(try packer.pack([source]).shards == 1)
    #expect(
      try names(out)
        == ["SHA256SUMS", "manifest.jsonl", "notes.txt", "origins.jsonl", "shard-000000.tar", "skipped.jsonl"])
    #expect(try read("\(out)/notes.txt") == "mine")
    #expect(throws: PackError.occupied(path: source)) { try Packer(into: source, small).pack([out]) }
    #expect(throws: PackError.within(source: source, path: "\(source)/out")) {
      try Packer(into: "\(source)/out", small).pack([source])
    }
  }
}

@Test func `json is kept as it is where Python reads it`() throws {
  try temporaryDirectory { directory in
    let jsons = [#"{"score": NaN, "caption": "a"}"#, #"{"score": 1,}"#, #"["one", "two"]"#, #"{"x": "NaN"}"#]
    let pairs = try jsons.enumerated().flatMap { number, json in
      [("\(number).png", try png(number)), ("\(number).txt", text("text \(number)")), ("\(number).json", text(json))]
    }
    try writeTar("\(directory)/a.tar", pairs)
    var options = PackOptions()
    options.seed = nil
    _ = try Packer(into: "\(directory)/out", options).pack(["\(directory)/a.tar"])
    let found = try packed("\(directory)/out").map(\.json)
    #expect(found[0] == text(jsons[0]) && found[1].isEmpty && found[3] == text(jsons[3]))
    #expect(
      try packed("\(directory)/out").map(\.captions) == [["text 0"], ["text 1"], ["text 2", "one", "two"], ["text 3"]])
  }
}

@Test func `a shard keeps to its bytes`() throws {
  try temporaryDirectory { directory in
    try makeFolder("\(directory)/in")
    var options = PackOptions()
    options.shardBytes = 16 << 10
    let summary = try Packer(into: "\(directory)/out", options).pack(["\(directory)/in"])
    let sizes = try contents("\(directory)/out").filter { $0.key.hasSuffix(".tar") }.values.map(\.count)
    #expect(summary.shards > 1 && sizes.allSatisfy { $0 <= 16 << 10 })
    options.shardBytes = 1
    #expect(try Packer(into: "\(directory)/each", options).pack(["\(directory)/in"]).shards == 11)
  }
}

@Test(arguments: PictureRemaking.Format.allCases)
func `pictures are shrunk and made of a format`(_ format: PictureRemaking.Format) throws {
  try temporaryDirectory { directory in
    try writeTar(
      "\(directory)/a.tar",
      [
        ("0.png", try png(0, width: 64, height: 48)), ("0.txt", text("large")),
        ("1.png", try png(1, width: 20, height: 10)), ("1.txt", text("small")),
      ])
    var options = PackOptions()
    (options.seed, options.remaking) = (nil, PictureRemaking(shorterSide: 24, format: format))
    _ = try Packer(into: "\(directory)/out", options).pack(["\(directory)/a.tar"])
    let pairs = try packed("\(directory)/out")
    let pictures = try pairs.map { try Picture(decoding: $0.image) }
    #expect(pictures.map(\.width) == [32, 20] && pictures.map(\.height) == [24, 10])
    #expect(pairs.allSatisfy { PictureFormat($0.image)?.ending == format.rawValue })
    #expect((pairs[1].image == (try png(1, width: 20, height: 10))) == (format == .png))
    if format == .png {
      let whole = picture(0, width: 64, height: 48)
      #expect(pictures[0] == whole.resized(whole.whole, width: 32, height: 24))
    }
  }
}

@Test func `drawings are drawn at the size that is asked for, and read no other file`() throws {
  try temporaryDirectory { directory in
    let folder = "\(directory)/in"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try writeFile("\(directory)/secret.png", try png(3))
    let head = #"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink""#
    try write(
      "<!-- \(String(repeating: "much is said before ", count: 100)) -->\n" + head
        + #" width="20" height="10"><rect width="10" height="10" fill="red"/></svg>"#, "\(folder)/a.svg")
    try write(
      head + #" width="10" height="10"><image xlink:href="file://\#(directory)/secret.png" "#
        + #"width="10" height="10"/></svg>"#, "\(folder)/b.svg")
    try write("half red", "\(folder)/a.txt")
    try write("nothing", "\(folder)/b.txt")
    #expect(throws: ShardError.self, "no pictures without --shorter-side") { try openPairs([folder]) }
    var options = PackOptions()
    (options.seed, options.remaking) = (nil, PictureRemaking(shorterSide: 40, format: .png))
    let summary = try Packer(into: "\(directory)/out", options).pack([folder])
    #expect(summary.pairs == 2)
    let pictures = try packed("\(directory)/out").map { try Picture(decoding: $0.image) }
    #expect(pictures[0].width == 80 && pictures[0].height == 40)
    #expect(
      Array(pictures[0].pixels[0..<3]) == [255, 0, 0] && Array(pictures[0].pixels[237..<240]) == [255, 255, 255])
    #expect(pictures[1].pixels.allSatisfy { $0 == 255 })
  }
}

@Test func `a pattern chooses captions, and who has none is left out`() throws {
  try temporaryDirectory { directory in
    let stamp = "A boot.\r\nde.utf8=Ein Stiefel.\nfr.utf8=Une botte.\n"
    try writeTar(
      "\(directory)/a.tar",
      [
        ("0.png", try png(0)), ("0.txt", text(stamp)), ("0.json", text(#"{"caption": "no 1", "by": "x"}"#)),
        ("1.png", try png(1)), ("1.txt", text("A sock.")),
      ])
    func captions(_ pattern: String) throws -> [[String]] {
      var options = PackOptions()
      (options.seed, options.captionPattern) = (nil, pattern)
      let out = "\(directory)/\(pattern.utf8.count)"
      _ = try Packer(into: out, options).pack(["\(directory)/a.tar"])
      return try packed(out).map(\.captions)
    }
    #expect(try captions(#"\A[^.\n]+\."#) == [["A boot."], ["A sock."]])
    #expect(try captions(#"(?m)^(?:de|fr)\.utf8=(.*)$"#) == [["Ein Stiefel.", "Une botte."]])
    let json = try packed("\(directory)/\(#"\A[^.\n]+\."#.utf8.count)")[0]
    #expect(try json.field("by") == "x")
  }
}

@Test(arguments: [("gzip", "gz"), ("bzip2", "bz2"), ("xz", "xz"), ("zstd", "zst")])
func `compressed tars are packed, names as bytes`(_ tool: String, _ ending: String) throws {
  try temporaryDirectory { directory in
    let tar = "\(directory)/a.tar"
    try writeFile("\(directory)/p", try png(0))
    let made = try run(
      "bash",
      [
        "-c", #"cd "$1" && cp p $'caf\xe9.png' && printf one > $'caf\xe9.txt' && tar cf a.tar caf* && rm caf* p"#,
        "bash",
      ]
        + [directory])
    try #require(made.status == 0, "\(made.stderr)")
    try #require(run(tool, [tar]).status == 0)
    try? FileManager.default.removeItem(atPath: tar)
    let out = "\(directory)/out"
    #expect(try Packer(into: out, PackOptions()).pack(["\(tar).\(ending)"]).pairs == 1)
    #expect(
      try read("\(out)/origins.jsonl").contains(#""file":"\#(tar).\#(ending)","key":"000000000","record":"caf\\xE9""#))
    #expect(!(try names(out)).contains(".unpacked"))

    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(tar).\(ending)"))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: "\(tar).\(ending)"))
    #expect(throws: ShardError.self) { try Packer(into: "\(directory)/cut", PackOptions()).pack(["\(tar).\(ending)"]) }
  }
}

@Test func `a compressed table is packed`() throws {
  try temporaryDirectory { directory in
    try writeFile("\(directory)/p.png", try png(0))
    try write("filepath,title\np.png,a thing\n", "\(directory)/list.csv")
    try #require(run("gzip", ["\(directory)/list.csv"]).status == 0)
    #expect(try Packer(into: "\(directory)/out", PackOptions()).pack(["\(directory)/list.csv.gz"]).pairs == 1)
    #expect(try packed("\(directory)/out")[0].captions == ["a thing"])
  }
}

@Test func `more than the limit lost ends a pack, and all lost is no pack`() throws {
  try temporaryDirectory { directory in
    try makeFolder("\(directory)/in")
    var packer = Packer(into: "\(directory)/out", small)
    packer.skipLimit = 0.01
    #expect(throws: LoadingError.self) { try packer.pack(["\(directory)/in"]) }
    try writeTar("\(directory)/a.tar", [("0.png", [1]), ("0.txt", text("zero"))])
    packer = Packer(into: "\(directory)/none", PackOptions())
    packer.skipLimit = 1
    #expect(throws: PackError.nothing(lost: 1)) { try packer.pack(["\(directory)/a.tar"]) }
  }
}
