import Experiments
import Foundation
import Settings
import Sweeps
import TestSupport

/// A recipe of one sweep over B with rows that a formula gives, in place of runs.
struct MadeExperiment {
  let directory: String

  /// - Parameter checks: YAML, a check each, without what all of them have.
  init(in directory: String, checks: [String], tuned: Bool = false) throws {
    self.directory = directory
    try FileManager.default.createDirectory(atPath: "\(directory)/recipes/made", withIntermediateDirectories: true)
    let words = "up: It rises, down: It falls, same: It stays, open: It is open"
    let all = checks.map { "{title: t, \(words), \($0)}" }.joined(separator: ", ")
    let tuning =
      "{name: tune, sweep: \(directory)/tune.yaml, title: t, tunes: {key: optimizer.learning_rate, along: B, by: v/loss}}, "
    try write(
      """
      claim: c
      expected: e
      changes: w
      time: none
      parts: [\(tuned ? tuning : ""){name: own, sweep: \(directory)/own.yaml, title: t, \(tuned ? "tuned: tune, " : "")checks: [\(all)]}]
      """, "recipes/made/experiment.yaml")
    try write("batch: {chunk: 8}\n", "base.yaml")
    let arms = { (sizes: [Int]) in sizes.map { "\"\($0)\": {batch.size: \($0)}" }.joined(separator: ", ") }
    let head = "base: \(directory)/base.yaml\ncalled: B\nequal: {pairs: 4096}\n"
    try write(head + "arms: {\(arms([16, 64, 256]))}\nseeds: 3\n", "own.yaml")
    try write(
      head + "arms: {\(arms([16, 256]))}\nvary: {optimizer.learning_rate: [1e-4, 1e-3, 1e-2]}\nseeds: [9]\n",
      "tune.yaml")
  }

  func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
  }

  func opened() throws -> Experiment {
    try Experiment(
      Recipe("made", in: "\(directory)/recipes", data: "data"), ExperimentFile.Scale(), in: directory, known: [])
  }

  /// Writes a row for each cell of a part.
  ///
  /// - Parameters:
  ///   - others: further numbers of a cell.
  ///   - value: of a cell's levels and seed.
  func fill(
    _ name: String, shuffled: Bool = false, metric: String = "test/top1",
    others: (_ levels: [String]) -> [String: Double] = { _ in [:] },
    items: (Double) -> String? = { _ in nil },
    _ value: (_ levels: [String], _ seed: UInt64) -> Double
  ) throws {
    let experiment = try opened()
    var rows = experiment.rows
    guard let part = experiment.recipe.file.parts.first(where: { $0.name == name }) else { return }
    let file = try experiment.sweep(part, shuffled: shuffled)
    for cell in file.cells {
      let numbers = others(cell.levels).merging([metric: value(cell.levels, cell.seed)]) { $1 }
      let row: [String: Any] = [
        "part": name, "levels": cell.levels, "seed": cell.seed, "shuffled": shuffled,
        "settings": try experiment.digest(of: cell, file),
        "numbers": numbers, "items": numbers.compactMapValues(items), "steps": 1, "pairs": 4096, "seconds": 1,
        "date": "2026-11-27T00:00:00Z", "processor": "p", "version": "v",
      ]
      rows.add(try JSONDecoder().decode(ExperimentRow.self, from: JSONSerialization.data(withJSONObject: row)))
    }
    try rows.write(to: "\(directory)/results.jsonl")
  }
}
