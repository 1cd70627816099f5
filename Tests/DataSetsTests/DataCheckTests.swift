import DataSets
import Foundation
import Pairs
import TestSupport
import Testing

@Test func `a check counts pairs, flaws, sizes, lengths and classes`() throws {
  try temporaryDirectory { directory in
    let tar = "\(directory)/a.tar"
    try writeTar(
      tar,
      [
        ("0.png", try png(0)), ("0.txt", text("a red apple")), ("0.cls", text("fruit")),
        ("1.jpg", try picture(1, width: 20, height: 50).encoded(as: ".jpg")), ("1.txt", text("one")),
        ("1.cls", text("fruit")), ("2.png", try png(2)), ("2.txt", text("two words")), ("2.cls", text("tool")),
        ("3.png", text("no picture")), ("3.txt", text("lost")), ("4.png", try png(4)),
        ("5.png", try png(5)), ("5.txt", text("many " + String(repeating: "words ", count: 90))),
      ])
    var read = 0
    let report = try DataCheck().run(openPairs([tar]), advanced: { done, _ in read = done })
    #expect(read == 5 && report.pairs == 4 && report.lost == 2 && report.lostShare == 2.0 / 6)
    #expect(report.flaws.map(\.kind).sorted() == ["pictures that can't be decoded", "pictures without a caption"])
    let broken = try #require(report.flaws.first { $0.kind.contains("decoded") }?.examples.first)
    #expect(broken.file == tar && broken.record == "3" && broken.byte != nil)
    #expect(report.pictures?.formats == ["png": 3, "jpeg": 1])
    #expect(report.pictures?.width.least == 20 && report.pictures?.height.most == 50)
    #expect(report.captions?.unit == "words" && report.captions?.length.most == 91)
    #expect(report.captions?.overContext == 1)
    #expect(report.classes.map(\.name) == ["fruit", "tool"] && report.classes.map(\.pairs) == [2, 1])
    #expect(report.unclassified == 1)
  }
}

@Test func `a check finds copies, exact and near`() throws {
  try temporaryDirectory { directory in
    // 1 is 0 again; 2 is 0, enlarged and recompressed; 3 differs.
    let large = picture(0).resized(picture(0).whole, width: 120, height: 90)
    try writeTar(
      "\(directory)/a.tar",
      [
        ("0.png", try png(0)), ("0.txt", text("A café, red")), ("1.png", try png(0)), ("1.txt", text("a cafe red")),
        ("2.jpg", try large.encoded(as: ".jpg[Q=95]")), ("2.txt", text("A café, red")), ("3.png", try png(3)),
        ("3.txt", text("a house")), ("3.json", text(#"{"captions": ["A house!"]}"#)),
      ])
    let found = try DataCheck().run(openPairs(["\(directory)/a.tar"])).duplicates
    #expect(found.pictures.groups == 1 && found.pictures.copies == 1)
    #expect(found.pictures.examples == [["0 in \(directory)/a.tar", "1 in \(directory)/a.tar"]])
    #expect(found.nearPictures.groups == 1 && found.nearPictures.copies == 1)
    #expect(found.nearPictures.examples == [["0 in \(directory)/a.tar", "2 in \(directory)/a.tar"]])
    #expect(found.captions.groups == 1 && found.captions.copies == 1)
    #expect(found.nearCaptions.groups == 1 && found.nearCaptions.copies == 1)
  }
}

@Test func `captions are counted in tokens, and are equal where their tokens are`() throws {
  try temporaryDirectory { directory in
    try writeTar(
      "\(directory)/a.tar",
      [
        ("0.png", try png(0)), ("0.txt", text("Red Apple")), ("1.png", try png(1)), ("1.txt", text("red  apple")),
      ])
    var check = DataCheck()
    check.tokenizer = try Tokenizer(merges: [])
    check.context = 4
    let report = try check.run(openPairs(["\(directory)/a.tar"]))
    #expect(report.captions?.unit == "tokens")
    #expect(report.duplicates.captions.copies == 1)
    #expect(report.captions?.length.least == 2 + (check.tokenizer?.encode("red apple").count ?? 0))
  }
}

@Test func `a check of compressed tars reads what is in them`() throws {
  try temporaryDirectory { directory in
    try writeTar("\(directory)/a.tar", [("0.png", try png(0)), ("0.txt", text("zero"))])
    try #require(run("gzip", ["\(directory)/a.tar"]).status == 0)
    var options = ReadingOptions()
    options.unpacking = "\(directory)/plain"
    let source = try openPairs(["\(directory)/a.tar.gz"], options)
    #expect(try DataCheck().run(source).pairs == 1)
    #expect(source.location(of: 0).file == "\(directory)/a.tar.gz")
    removeUnpacked(in: "\(directory)/plain")
    #expect(try names(directory) == ["a.tar.gz"])
  }
}
