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
    let own = "\(directory)/results.jsonl"
    for path in known + (FileManager.default.fileExists(atPath: own) ? [own] : []) {
      for row in try ExperimentRows(reading: path).rows { rows.add(row) }
    }
  }

  /// A part's sweep, with what another part has found.
  ///
  /// - Throws: `ExperimentError.untuned` where that isn't there.
  public func sweep(_ part: ExperimentFile.Part, shuffled: Bool) throws -> SweepFile {
    let file = try recipe.sweep(part, scale, shuffled: shuffled, bases: "\(directory)/bases")
    guard let name = part.tuned else { return file }
    guard let values = try tuned(name) else {
      throw ExperimentError.untuned(part: part.name, by: name, cells: file.cells.count)
    }
    func settings(at level: String) throws -> [SweepFile.Setting] {
      guard let value = values.value(at: level) else {
        throw ExperimentError.noLevel(part: name, factor: values.along, level: level)
      }
      return [.init(key: values.key, value: value)]
    }
    if let level = part.tunedAt { return file.scaled(ExperimentFile.Scale(), and: try settings(at: level)) }
    guard file.factors.contains(where: { $0.name == values.along }) else {
      throw ExperimentError.noFactor(part: part.name, factor: values.along)
    }
    return try file.with(settings, at: values.along)
  }

  /// What a part has found; nil where it isn't finished.
  public func tuned(_ name: String) throws -> TunedValues? {
    guard let part = recipe.file.parts.first(where: { $0.name == name }), let tuning = part.tunes else { return nil }
    let file = try sweep(part, shuffled: false)
    return try TunedValues(tuning, name, file, known(part, file))
  }

  /// The rows of a part's cells.
  public func known(_ part: ExperimentFile.Part, _ file: SweepFile) throws -> [ExperimentRow] {
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
    try requireExclusions(file, cells)
    let place = "\(directory)/\(shuffled ? "shuffled-" : "")\(part.name)"
    let launch = try SweepLaunch(directory: place, jobs: jobs, workers: 1, executable: executable)
    var failure: (any Error)?
    var rows = rows
    // Of other settings it would else find a finished run in its place.
    let cells = try cells.map { $0.marked(try digest(of: $0, file)) }
    let path = "\(directory)/results.jsonl"
    let outcome = try Sweep(file, text: file.yaml, launch, isMarked: true).run(cells, isAskedToStop: isAskedToStop) {
      event in
      // As train says it. A candidate that diverged is known to be the worst.
      let hasDiverged = part.tunes != nil && event.problem?.contains(/(isn't|not) finite/) == true
      if event.problem == nil || hasDiverged {
        do {
          var row = try row(of: event.cell, part, file, shuffled, in: place)
          if hasDiverged { (row.numbers, row.items) = ([:], [:]) }

          rows.add(row)
          try rows.write(to: path)
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
  ) throws -> ExperimentRow {
    let found = SweepResults.Row(cell, in: place)
    let compared = Set(part.checks.flatMap(\.metrics))
    return ExperimentRow(
      part: part.name, levels: cell.levels, seed: cell.seed, shuffled: shuffled, settings: try digest(of: cell, file),
      numbers: found.numbers,
      items: found.items.filter { compared.contains($0.key) }.mapValues { String($0.map { $0 ? "1" : "0" }) },
      steps: found.steps, pairs: found.pairs, seconds: (found.seconds * 100).rounded() / 100,
      date: Date().formatted(.iso8601), processor: Processor.name, version: diagonalVersion)
  }

  /// What a row is known by: a digest of the cell's levels, seed, length and run file, and of what lies in the files that this
  /// names; but of data only of what they are called, `data/…` wherever they lie.
  public func digest(of cell: SweepCell, _ file: SweepFile) throws -> String {
    let run = try file.run(of: cell).yaml()
    let named = run.split { "\n\"',[]{} ".contains($0) }.map(String.init).filter { !$0.hasPrefix("\(recipe.data)/") }
    let contents = try named.compactMap { path in try Self.fileDigest(path) }
    let text =
      ["\(cell.levels) \(cell.seed) \(file.equal.map { "\($0)" } ?? "")", moved(run, from: recipe.data, to: "data")]
      + contents
    return String(sha256(Array(text.joined(separator: "\n").utf8)).prefix(16))
  }

  private static func fileDigest(_ path: String) throws -> String? {
    var isDirectory: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    return isThere && !isDirectory.boolValue ? try sha256(file: path) : nil
  }
}
