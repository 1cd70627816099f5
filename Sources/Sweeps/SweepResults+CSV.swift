import Files
import Foundation
import Settings

extension SweepResults {
  /// A line a cell: its levels, seed, length and every number it has. Empty where a cell has none.
  public var csv: String {
    let names = Set(rows.flatMap(\.numbers.keys)).sorted()
    let head = file.factors.map(\.name) + ["seed", "finished", "steps", "pairs", "seconds"] + names + ["directory"]
    let lines = rows.map { row in
      let facts = [
        String(row.cell.seed), String(row.isFinished), String(row.steps), String(row.pairs), String(row.seconds),
      ]
      let numbers = names.map { row.numbers[$0].map { String($0) } ?? "" }
      return row.cell.levels + facts + numbers + [row.cell.name]
    }
    return ([head] + lines).map { $0.map(Self.field).joined(separator: ",") + "\n" }.joined()
  }

  /// As RFC 4180 quotes it.
  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// Writes `sweep.csv` into a directory.
  public func writeCSV(to directory: String) throws {
    try AtomicFile.write(Data(csv.utf8), to: "\(directory)/sweep.csv")
  }
}
