import Files
import Foundation
import Runs
import Settings

/// What a run has left in its directory, as far as it can be read.
struct RunRecord {
  let name: String
  let directory: RunDirectory
  /// The run's settings; nil where `run.yaml` can't be read.
  let run: RunFile?
  let metrics: [Metrics]
  let workers: [WorkerRow]
  let similarities: [SimilarityRow]
  let skipped: [SkippedRow]
  let evaluations: [EvaluationRow]
  let checkpoints: [Int]
  /// What could not be read, in words.
  let problems: [String]

  /// - Parameter name: what the run is called where there are several.
  init(_ directory: RunDirectory, name: String) {
    (self.name, self.directory) = (name, directory)
    var problems: [String] = []
    do { run = try RunFile(reading: directory.runFile) } catch {
      run = nil
      problems.append("\(error)")
    }
    func rows<Row: Decodable>(_ path: String, _ type: Row.Type) -> [Row] {
      let file = JSONLines<Row>(path)
      if let problem = file.problem { problems.append(problem) }
      return file.rows
    }
    metrics = rows(directory.metrics, Metrics.self)
    workers = rows(directory.workers, WorkerRow.self)
    similarities = rows(directory.similarities, SimilarityRow.self)
    skipped = rows(directory.skipped, SkippedRow.self)
    let hasEvaluations = FileManager.default.fileExists(atPath: directory.evaluations)
    evaluations = hasEvaluations ? rows(directory.evaluations, EvaluationRow.self) : []
    checkpoints = directory.steps()
    self.problems = problems
  }

  /// One number of every row with its step.
  func points(_ number: (Metrics) -> Double) -> [(step: Int, value: Double)] {
    metrics.map { ($0.step, number($0)) }
  }
}

/// A file of JSON objects, one a line.
struct JSONLines<Row: Decodable> {
  private(set) var rows: [Row] = []
  /// What is wrong with the file, or with how many of its lines; the last may be cut short where the run still goes on.
  private(set) var problem: String?

  init(_ path: String) {
    guard let data = FileManager.default.contents(atPath: path) else {
      problem = "\(path): \(readingReason(path, otherwise: "reading failed"))"
      return
    }
    let decoder = JSONDecoder()
    let lines = data.split(separator: UInt8(ascii: "\n"))
    for line in lines {
      if let row = try? decoder.decode(Row.self, from: line) { rows.append(row) }
    }
    let bad = lines.count - rows.count - (data.last == UInt8(ascii: "\n") || data.isEmpty ? 0 : 1)
    if bad > 0 { problem = "\(path): \(bad) of \(lines.count) lines are not rows of it, and left out" }
  }
}
