import Demonstrations
import Foundation
import Pairs
import TestSupport
import Testing

@Suite struct LadderTests {
  @Test func `the table has over a hundred concepts, none twice, and classes with fruit first`() {
    let all = LadderConcept.all
    #expect(all.count >= 100 && Set(all.map(\.name)).count == all.count)
    #expect(LadderConcept.kinds.first == "fruit" && LadderConcept.kinds.count == 11)
    #expect(all.allSatisfy { !$0.emoji.isEmpty && !$0.photographs.isEmpty })
    #expect(all.count { !$0.stamps.isEmpty || !$0.clipart.isEmpty } >= 100)
    for kind in LadderConcept.kinds {
      let own = all.filter { $0.kind == kind }
      #expect(own.count(where: \.isHeldOut) == own.count / 4, "\(kind)")
    }
    // No file shows two concepts, no emoji neither.
    for names in [all.flatMap(\.photographs), all.flatMap(\.stamps), all.flatMap(\.clipart), all.flatMap(\.emoji)] {
      #expect(
        Set(names).count == names.count, "\(Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys)")
    }
  }

  @Test func `emoji are called as Unicode's list calls them`() throws {
    let names = Set(try EmojiSources().entries().map(\.name))
    #expect(LadderConcept.all.flatMap(\.emoji).filter { !names.contains($0) } == [])
  }

  private func item(_ name: String, _ concept: LadderConcept, source: String = "a") -> LadderItem {
    LadderItem(concept: concept, rung: .drawing, source: source, license: "", name: name, picture: { _ in nil })
  }

  @Test func `parts have no item in common, and what is held out is in no other`() throws {
    let seen = try #require(LadderConcept.all.first { !$0.isHeldOut })
    let unseen = try #require(LadderConcept.all.first { $0.isHeldOut })
    let items = [
      item("orange_wedge", seen), item("orange_wedge_bw", seen), item("guitar_x1", seen), item("guitar_x2", seen),
      item("other", seen), item("orange_wedge", seen, source: "b"), item("pear", unseen),
    ]
    let parts = items.parts()
    #expect(parts[.train]?.map(\.item) == ["a/orange_wedge", "a/orange_wedge", "a/other", "b/orange_wedge"])
    #expect(parts[.items]?.map(\.name) == ["guitar_x1", "guitar_x2"])
    #expect(parts[.concepts]?.map(\.name) == ["pear"])
    #expect(items.parts().values.reduce(0) { $0 + $1.count } == items.count)
  }

  @Test func `of OpenMoji's drawings the lines stay`() {
    let drawing = """
      <svg><g id="color"><g><path d="a"/></g><path d="b"/></g><g id="hair"/><g id="skin"></g>
      <g id="line"><g id="line-2"><path d="c"/></g></g><g id="color-foreground"><path d="d"/></g><g id="line-supplement"><path d="e"/></g></svg>
      """
    let lines = openMojiLines(drawing)
    #expect(["c", "e"].allSatisfy { lines.contains("d=\"\($0)\"") })
    #expect(!["a", "b", "d"].contains { lines.contains("d=\"\($0)\"") })
    #expect(lines.components(separatedBy: "<g").count == lines.components(separatedBy: "</g>").count)
  }

  private func picture(_ colour: [UInt8], isTall: Bool) -> Picture {
    Picture(
      width: 64, height: 64,
      pixels: (0..<64 * 64).flatMap { at -> [UInt8] in
        let (x, y) = (at % 64, at / 64)
        let isInk =
          isTall ? (24..<40).contains(x) && (4..<60).contains(y) : (24..<40).contains(y) && (4..<60).contains(x)
        return isInk ? colour : [255, 255, 255]
      })
  }

  @Test func `a distance is 0 from itself, and each part tells its own difference`() {
    let red = PictureDescriptor(picture([200, 0, 0], isTall: true))
    let same = red.distance(to: red)
    #expect(abs(same.mean) < 1e-5)
    // Blue of the same brightness, the same shape.
    let blue = red.distance(to: PictureDescriptor(picture([0, 0, 200], isTall: true)))
    #expect(blue.colours == 1 && abs(blue.directions) < 1e-5 && abs(blue.edges) < 1e-5)
    let lying = red.distance(to: PictureDescriptor(picture([200, 0, 0], isTall: false)))
    #expect(lying.colours == 0 && lying.directions > 0.5 && abs(lying.edges) < 1e-3)
    let pale = red.distance(to: PictureDescriptor(picture([240, 200, 200], isTall: true)))
    #expect(pale.edges > 0.3)
  }
}
