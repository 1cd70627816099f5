import Evaluation
import Foundation

extension EvaluationTable {
  /// Prints the heading, and the table with its columns aligned.
  func show() {
    let gap = columns.isEmpty ? "" : "  "
    let wide = rows.map(\.label.count).max() ?? 0
    func label(_ text: String) -> String { padded(text, wide) + gap }
    print(heading)
    if !columns.isEmpty { print(label("") + columns.map { column($0) }.joined()) }
    for row in rows { print(label(row.label) + row.cells.map { column($0.text) }.joined()) }
  }
}

extension EvaluationTable.Cell {
  fileprivate var text: String {
    switch self {
    case .share(let share): percent(share)
    case .count(let count): "\(count)"
    case .mean(let mean): String(format: "%.1f", mean)
    case .number(let number): String(format: "%.4f", number)
    }
  }
}
