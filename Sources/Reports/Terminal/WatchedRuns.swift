import Foundation
import Runs

/// Runs whose rows are read as they come, to be shown in a terminal.
public struct WatchedRuns {
  private var runs: [FollowedRows]

  public init(_ directories: [RunDirectory]) {
    let names = Report.names(directories)
    runs = zip(directories, names).map { FollowedRows(path: $0.metrics, name: $1) }
  }

  /// Reads what has come since the last call.
  public mutating func update() { for run in runs.indices { runs[run].update() } }

  /// What a terminal shows now: a head of each run, then a chart of each field.
  public func text(_ fields: [MetricsField], columns: Int, rows: Int, isColored: Bool) -> String {
    let heads = runs.map { run in
      guard let last = run.rows.last else { return "\(run.name): no row yet" }
      let age = last.time.isFinite ? ", \(Int(max(0, Date().timeIntervalSince1970 - last.time))) s ago" : ""
      return "\(run.name): step \(last.step)\(age), \(short(last.pairsPerSecond)) pairs/s"
    }
    let height = max(4, (rows - heads.count) / max(1, fields.count) - 2)
    let charts = fields.flatMap { field in
      TerminalChart(
        title: field.name + (field.unit.isEmpty ? "" : " (\(field.unit))"),
        curves: runs.map { run in
          let points = run.rows.map { (step: $0.step, value: field.value(of: $0)) }
          return (run.name, Curve(points, most: columns, smoothing: CurveSections.smoothing))
        }, isColored: isColored
      ).lines(columns: columns, rows: height)
    }
    return (heads + charts).joined(separator: "\n") + "\n"
  }
}

/// Rows of a file that grows; read anew where it was cut off, as a resumed run does.
private struct FollowedRows {
  let path: String
  let name: String
  private(set) var rows: [Metrics] = []
  private var size = 0

  init(path: String, name: String) { (self.path, self.name) = (path, name) }

  mutating func update() {
    guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else { return }
    if end < size { (rows, size) = ([], 0) }
    guard (try? file.seek(toOffset: UInt64(size))) != nil, let new = try? file.readToEnd(),
      let whole = new.lastIndex(of: UInt8(ascii: "\n"))
    else { return }
    let decoder = JSONDecoder()
    for line in new[...whole].split(separator: UInt8(ascii: "\n")) {
      guard let row = try? decoder.decode(Metrics.self, from: line) else { continue }
      // Cut off and grown again between two looks.
      if let last = rows.last, row.step <= last.step { rows.removeAll { $0.step >= row.step } }
      rows.append(row)
    }
    size += whole - new.startIndex + 1
  }
}
