import Demonstrations
import Foundation
import Pairs
import TestSupport
import Testing

@Suite struct ClipartTitleTests {
  private func title(_ title: String, file: String, artist: String = "Nicu Buculei", keywords: [String] = [])
    -> ClipartTitle?
  {
    let list = keywords.map { "<rdf:li>\($0)</rdf:li>" }.joined()
    return ClipartTitle(
      drawing: """
        <svg><metadata><cc:Work><dc:title>\(title)</dc:title><dc:subject>\(list)</dc:subject>
        <dc:creator><cc:Agent><dc:title>\(artist)</dc:title></cc:Agent></dc:creator></cc:Work></metadata></svg>
        """, file: file)
  }

  @Test(arguments: [
    ("hammer", "tools/hammer_nicu_buculei_01.svg", "hammer"),
    ("Clipart by Nicu Buculei - smiley111", "people/smilies/smiley111.svg", "smiley"),
    ("Violin (B and W)", "recreation/music/violin_ganson.svg", "violin"),
    ("magnolia_white", "plants/flowers/magnolia_white_patricia__01.svg", "magnolia white"),
    ("horse#1", "animals/mammals/horses/horse_1_konstantin_r._01.svg", "horse"),
    ("Sailboat Illustration", "transportation/boating/sailboat_illustration.svg", "sailboat"),
    ("Safety Pin", "people/safety_pin_timothy_whit_r.svg", "safety pin"),
  ]) func `a title without what isn't the thing's name`(_ given: String, _ file: String, _ expected: String) {
    #expect(title(given, file: file)?.text == expected)
  }

  @Test func `a title that fits neither file nor keywords, or names nothing, isn't used`() {
    #expect(title("various cliparts", file: "office/stapler_01.svg") == nil)
    #expect(title("apple", file: "tools/saw_01.svg") == nil)
    #expect(
      title("apple", file: "food/f_01.svg", keywords: ["apple", "fruit"])?.captions == ["apple", "apple, fruit"])
    #expect(title("", file: "tools/saw_01.svg") == nil)
    #expect(title("b 12", file: "tools/b_12.svg") == nil)
    #expect(title("Nicu Buculei", file: "tools/nicu_buculei.svg") == nil)
  }

  @Test func `keywords that are no words are left out`() {
    let found = title(
      "lily", file: "plants/lily.svg", keywords: ["", "flower", "hash(0x8a07724)", "0xa121e1c", "lily"])
    #expect(found?.captions == ["lily", "lily, flower"])
  }
}

@Suite struct ThingShardsTests {
  /// Packages with a few things each.
  private func withPackages(_ body: (_ packages: String, _ out: String) throws -> Void) throws {
    try temporaryDirectory { directory in
      let packages = directory + "/packages"
      func write(_ path: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: "\(packages)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
      }
      func drawing(_ title: String, _ shape: String) -> [UInt8] {
        Array(
          """
          <svg xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/" width="40" height="20">
          <dc:title>\(title)</dc:title>\(shape)</svg>
          """.utf8)
      }
      let stamps = "usr/share/tuxpaint/stamps"
      try write("\(stamps)/food/fruit/pear.svg", drawing("", #"<circle cx="10" cy="10" r="9" fill="green"/>"#))
      try write("\(stamps)/food/fruit/pear.txt", Array("A green pear.\nde.utf8=Eine Birne.\n".utf8))
      try write("\(stamps)/symbols/alphabets/a.svg", drawing("", #"<circle cx="10" cy="10" r="9"/>"#))
      try write("\(stamps)/symbols/alphabets/a.txt", Array("A".utf8))
      let clipart = "usr/share/openclipart/svg"
      try write("\(clipart)/tools/saw_01.svg", drawing("saw", #"<rect x="5" y="5" width="5" height="5"/>"#))
      try write("\(clipart)/tools/saw_02.svg", drawing("saw two", #"<rect x="10" y="5" width="5" height="5"/>"#))
      try write("\(clipart)/tools/empty.svg", drawing("empty", ""))
      try write("\(clipart)/shapes/stars/star.svg", drawing("star", #"<rect width="9" height="9"/>"#))
      try FileManager.default.createSymbolicLink(
        atPath: "\(packages)/\(clipart)/tools/link_saw.svg", withDestinationPath: "saw_01.svg")
      try body(packages, directory + "/out")
    }
  }

  @Test func `things are framed on white with their names and classes, twins once`() throws {
    try withPackages { packages, out in
      var said: [String] = []
      let made = try ThingShards(packages: packages, side: 32).write(to: out) { said.append($0) }
      #expect(made.map(\.file) == ["tuxpaint.tar", "openclipart.tar"])
      #expect(made.map(\.pairs) == [1, 1] && made.map(\.alike) == [0, 1] && made.map(\.undrawn) == [0, 1])
      #expect(said.count { $0.hasPrefix("left out:") } == 2, "what isn't there is said")
      let stamps = try openPairs(["\(out)/tuxpaint.tar"])
      let pear = try stamps.pair(at: 0)
      #expect(pear.captions == ["A green pear"])
      #expect(String(decoding: pear.json, as: UTF8.self).contains(#""class":"fruit""#))
      let picture = try Picture(decoding: pear.image)
      #expect(picture.width == 32 && picture.height == 32)
      func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(picture.pixels[(y * 32 + x) * 3..<(y * 32 + x) * 3 + 3]) }
      #expect(pixel(0, 16) == [255, 255, 255] && pixel(16, 16) == [0, 128, 0])
      #expect(pixel(3, 16)[0] < 100, "the ink fills the square but for its margin")
      let licenses = try String(contentsOfFile: "\(out)/LICENSES.txt", encoding: .utf8)
      #expect(licenses.contains("General Public License") && !licenses.contains("OpenMoji"))
    }
  }

  @Test func `without any package the error says what brings them`() throws {
    try temporaryDirectory { directory -> Void in
      #expect {
        _ = try ThingShards(packages: directory).write(to: directory + "/out") { _ in }
      } throws: {
        "\($0)".contains("launch/things")
      }
    }
  }
}
