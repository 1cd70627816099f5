import Evaluation
import Foundation
import Runs
import Settings

/// What the cells of a sweep have come to.
public struct SweepResults: Sendable {
  public let file: SweepFile
  public let rows: [Row]
  let intervals = KnownIntervals()

  /// What one cell has come to, as its directory says.
  public struct Row: Sendable {
    public let cell: SweepCell
    public let directory: String
    /// The steps that are recorded, and those that it is to have.
    public let steps: Int
    public let planned: Int?
    public let pairs: Int
    /// Spent in steps.
    public let seconds: Double
    /// `loss`, the mean over the last twentieth of the steps; and each evaluation's numbers at the last step, as
    /// `retrieval/image_to_text.recall_at_1`.
    public let numbers: [String: Double]
    /// Of shares among them, what each item counted for.
    public let items: [String: [Bool]]

    /// Whether it ran to its end, or to what its settings call it.
    public let isFinished: Bool
  }

  /// Reads the directories below `path`.
  public init(_ file: SweepFile, in path: String) {
    self.file = file
    rows = file.cells.map { Row($0, in: path) }
  }

  /// The numbers that are compared.
  public var metrics: [String] {
    if !file.metrics.isEmpty { return file.metrics }
    let known = Set(rows.flatMap(\.numbers.keys)).subtracting(["loss"])
    let headlines = known.filter { EvaluationMetric(String($0[$0.index(after: $0.lastIndex(of: "/")!)...])).isHeadline }
    return headlines.sorted() + ["loss"]
  }

  /// The cells of one combination of levels, by seed: those that are finished and have the number.
  public func values(_ metric: String, _ levels: [String]) -> [(seed: UInt64, value: Double)] {
    rows.filter { $0.cell.levels == levels && $0.isFinished }.compactMap { row in
      row.numbers[metric].map { (row.cell.seed, $0) }
    }
  }

  /// Every combination of levels, in the order of the file.
  public var combinations: [[String]] {
    var seen: Set<[String]> = []
    return rows.map(\.cell.levels).filter { seen.insert($0).inserted }
  }
}

extension SweepResults.Row {
  /// Reads the cell's directory below `path`.
  public init(_ cell: SweepCell, in path: String) {
    self.cell = cell
    directory = "\(path)/\(cell.name)"
    let run = RunDirectory(directory)
    let metrics = (try? RunMetrics(run)) ?? RunMetrics()
    planned = (try? RunFile(reading: run.runFile))?.schedule.steps
    (steps, pairs, seconds) = (metrics.steps, metrics.pairs, metrics.seconds)
    isFinished =
      FileManager.default.fileExists(atPath: FinishedMark.path(directory))
      || planned.map { metrics.steps >= $0 } ?? false
    var numbers = metrics.loss.map { ["loss": $0] } ?? [:]
    for row in run.evaluationRows(through: metrics.steps) where row.step == metrics.steps {
      for (name, value) in row.numbers { numbers["\(row.name)/\(name)"] = value }
    }
    self.numbers = numbers
    items = run.evaluationItems(at: metrics.steps)
  }
}

/// What a sweep needs of metrics.jsonl.
private struct RunMetrics {
  var steps = 0
  var pairs = 0
  var seconds = 0.0
  var loss: Double?

  init() {}

  init(_ run: RunDirectory) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: run.metrics))
    let decoder = JSONDecoder()
    let rows = data.split(separator: UInt8(ascii: "\n")).compactMap { try? decoder.decode(Metrics.self, from: $0) }
    guard let last = rows.last else { return }
    (steps, pairs) = (last.step, last.samples)
    seconds = rows.reduce(0) { $0 + ($1.seconds.isFinite ? $1.seconds : 0) }
    let late = rows.suffix(max(1, rows.count / 20)).map(\.loss)
    loss = late.reduce(0, +) / Double(late.count)
  }
}
