/// A thing that the ladder's rungs show, and what it is called in each source.
package struct LadderConcept: Sendable {
  package let name: String
  /// The coarse class.
  package let kind: String
  /// By CLDR's names, the commonest first.
  package let emoji: [String]
  /// Files by their names, without ending and mostly without folder.
  package let photographs: [String]
  package let stamps: [String]
  package let clipart: [String]
  package let icons: [String]
  /// Whether no picture of it is trained on: of each class every fourth.
  package let isHeldOut: Bool

  package static let all: [LadderConcept] = {
    var seen: [String: Int] = [:]
    return LadderConcepts.table.split(separator: "\n").map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map(trimmed)
      precondition(cells.count == 7, "ladder: \(cells.count) cells in “\(line)”, not 7")
      func files(_ cell: Int) -> [String] { cells[cell].split(separator: " ").map(String.init) }
      let place = seen[cells[0], default: 0]
      seen[cells[0]] = place + 1
      return LadderConcept(
        name: cells[1], kind: cells[0], emoji: cells[2].split(separator: ",").map(trimmed), photographs: files(3),
        stamps: files(4), clipart: files(5), icons: files(6), isHeldOut: place % 4 == 3)
    }
  }()

  /// The coarse classes, in the table's order.
  package static var kinds: [String] { all.map(\.kind).reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}

private func trimmed(_ text: Substring) -> String {
  String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}
