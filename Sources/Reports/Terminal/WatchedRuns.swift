import Foundation
import Runs
import Settings

/// Runs whose rows are read as they come, to be shown in a terminal.
public struct WatchedRuns {
  private var runs: [Watched]

  private struct Watched {
    let name: String
    var metrics: FollowedRows<Metrics>
    var evaluations: FollowedRows<EvaluationRow>
  }

  public init(_ directories: [RunDirectory]) {
    let names = Report.names(directories)
    runs = zip(directories, names).map {
      Watched(name: $1, metrics: FollowedRows(path: $0.metrics), evaluations: FollowedRows(path: $0.evaluations))
    }
  }

  /// Reads what has come since the last call.
  public mutating func update() {
    for run in runs.indices {
      runs[run].metrics.update()
      runs[run].evaluations.update()
    }
  }

  /// What a terminal shows now: a head of each run, then a chart of each field, and of each number of an evaluation.
  public func text(
    _ fields: [MetricsField], _ numbers: [MetricReference] = [], columns: Int, rows: Int, isColored: Bool
  ) -> String {
    let heads = runs.map { run in
      guard let last = run.metrics.rows.last else { return "\(run.name): no row yet" }
      let age = last.time.isFinite ? ", \(Int(max(0, Date().timeIntervalSince1970 - last.time))) s ago" : ""
      return "\(run.name): step \(last.step)\(age), \(short(last.pairsPerSecond)) pairs/s"
    }
    let height = max(4, (rows - heads.count) / max(1, fields.count + numbers.count) - 2)
    func chart(_ title: String, _ curve: (Watched) -> Curve) -> [String] {
      TerminalChart(title: title, curves: runs.map { ($0.name, curve($0)) }, isColored: isColored)
        .lines(columns: columns, rows: height)
    }
    let charts =
      fields.flatMap { field in
        chart(field.name + (field.unit.isEmpty ? "" : " (\(field.unit))")) { run in
          let points = run.metrics.rows.map { (step: $0.step, value: field.value(of: $0)) }
          return Curve(points, most: columns, smoothing: CurveSections.smoothing)
        }
      }
      + numbers.flatMap { number in
        chart(number.text) { run in
          let rows = run.evaluations.rows.filter { $0.name == number.evaluation }
          return Curve(rows.map { (step: $0.step, value: $0.numbers[number.metric] ?? .nan) }, most: columns)
        }
      }
    return (heads + charts).joined(separator: "\n") + "\n"
  }
}

/// Rows of a file that grows; read anew where it was cut off, as a resumed run does.
private struct FollowedRows<Row: FollowedRow> {
  let path: String
  private(set) var rows: [Row] = []
  private var size = 0

  init(path: String) { self.path = path }

  mutating func update() {
    guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else { return }
    if end < size { (rows, size) = ([], 0) }
    guard (try? file.seek(toOffset: UInt64(size))) != nil, let new = try? file.readToEnd(),
      let whole = new.lastIndex(of: UInt8(ascii: "\n"))
    else { return }
    let decoder = JSONDecoder()
    for line in new[...whole].split(separator: UInt8(ascii: "\n")) {
      guard let row = try? decoder.decode(Row.self, from: line) else { continue }
      // Cut off and grown again between two looks.
      if let last = rows.last, row.step <= last.step,
        rows.contains(where: { $0.step >= row.step && $0.series == row.series })
      {
        rows.removeAll { $0.step >= row.step }
      }
      rows.append(row)
    }
    size += whole - new.startIndex + 1
  }
}

/// A row that stands once for each step of its series.
private protocol FollowedRow: Decodable {
  var step: Int { get }
  var series: String { get }
}

extension Metrics: FollowedRow { fileprivate var series: String { "" } }
extension EvaluationRow: FollowedRow { fileprivate var series: String { name } }
