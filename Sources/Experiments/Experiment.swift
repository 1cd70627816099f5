import Engine
import Files
import Foundation
import Runs
import Settings
import Sweeps

/// An experiment in a directory: which of its cells are known, and those that are to be run.
public struct Experiment {
  public let recipe: Recipe
  public let scale: ExperimentFile.Scale
  public let directory: String
  /// Those known before, and those that finished since.
  public private(set) var rows: ExperimentRows

  /// - Parameters:
  ///   - known: files of rows; of a cell that is in several the last counts.
  public init(_ recipe: Recipe, _ scale: ExperimentFile.Scale, in directory: String, known: [String]) throws {
    (self.recipe, self.scale, self.directory) = (recipe, scale, directory)
    rows = ExperimentRows()
    for path in known + ["\(directory)/results.jsonl"] {
      for row in try ExperimentRows(reading: path).rows { rows.add(row) }
    }
  }

  /// A part's sweep, with what another part has found.
  ///
  /// - Throws: `ExperimentError.untuned` where that isn't there.
  public func sweep(_ part: ExperimentFile.Part, shuffled: Bool) throws -> SweepFile {
    let file = try recipe.sweep(part, scale, shuffled: shuffled, bases: "\(directory)/bases")
    guard let name = part.tuned else { return file }
    guard let values = try tuned(name) else { throw ExperimentError.untuned(part: part.name, by: name) }
    func settings(at level: String) -> [SweepFile.Setting] {
      values.value(at: level).map { [.init(key: values.key, value: $0)] } ?? []
    }
    if let level = part.tunedAt { return file.scaled(ExperimentFile.Scale(), and: settings(at: level)) }
    return file.with(settings, at: values.along)
  }

  /// What a part has found; nil where it isn't finished.
  public func tuned(_ name: String) throws -> TunedValues? {
    guard let part = recipe.file.parts.first(where: { $0.name == name }), let tuning = part.tunes else { return nil }
    let file = try sweep(part, shuffled: false)
    return TunedValues(tuning, file, try known(part, file, shuffled: false))
  }

  /// The rows of a part's cells.
  public func known(_ part: ExperimentFile.Part, _ file: SweepFile, shuffled: Bool) throws -> [ExperimentRow] {
    try file.cells.compactMap { rows.row(part.name, settings: try digest(of: $0, file)) }
  }

  /// The cells of which there is no row.
  public func unknown(_ part: ExperimentFile.Part, _ file: SweepFile) throws -> [SweepCell] {
    try file.cells.filter { rows.row(part.name, settings: try digest(of: $0, file)) == nil }
  }

  /// Runs cells of a part; those that finish become rows of `results.jsonl`.
  public mutating func run(
    _ part: ExperimentFile.Part, _ file: SweepFile, _ cells: [SweepCell], shuffled: Bool, jobs: Int, executable: String,
    isAskedToStop: () -> Bool, report: (Sweep.Event) -> Void
  ) throws -> (problems: [String], isStopped: Bool) {
    let place = "\(directory)/\(shuffled ? "shuffled-" : "")\(part.name)"
    let launch = try SweepLaunch(directory: place, jobs: jobs, workers: 1, executable: executable)
    var (finished, failure): ([ExperimentRow], (any Error)?) = ([], nil)
    var rows = rows
    let path = "\(directory)/results.jsonl"
    let outcome = try Sweep(file, text: file.yaml, launch).run(cells, isAskedToStop: isAskedToStop) { event in
      if event.problem == nil {
        do {
          if let row = try row(of: event.cell, part, file, shuffled, in: place) {
            finished.append(row)
            rows.add(row)
            try rows.write(to: path)
          }
        } catch { failure = error }
      }
      report(event)
    }
    self.rows = rows
    if let failure { throw failure }
    return outcome
  }

  private func row(
    of cell: SweepCell, _ part: ExperimentFile.Part, _ file: SweepFile, _ shuffled: Bool, in place: String
  ) throws -> ExperimentRow? {
    guard let found = SweepResults(file, in: place).rows.first(where: { $0.cell == cell }) else { return nil }
    let compared = Set(part.checks.flatMap(\.metrics))
    return ExperimentRow(
      part: part.name, levels: cell.levels, seed: cell.seed, shuffled: shuffled, settings: try digest(of: cell, file),
      numbers: found.numbers,
      items: found.items.filter { compared.contains($0.key) }.mapValues { String($0.map { $0 ? "1" : "0" }) },
      steps: found.steps, pairs: found.pairs, seconds: (found.seconds * 100).rounded() / 100,
      date: Date().formatted(.iso8601), processor: Processor.name, version: diagonalVersion)
  }

  /// What a row is known by: a digest of the cell's name and its run file, its data called `data/` wherever they lie.
  public func digest(of cell: SweepCell, _ file: SweepFile) throws -> String {
    var run = try file.run(of: cell)
    for setting in file.lengthSettings(run, secondsPerStep: nil) { try run.override(setting.override) }
    let text = cell.name + "\n" + run.yaml().replacingOccurrences(of: "\(recipe.data)/", with: "data/")
    return String(sha256(Array(text.utf8)).prefix(16))
  }
}
