import Pairs
import Runs
import Settings
import Sweeps

extension Experiment {
  /// That cells leave out all that their lists name: keys carry numbers, and in data that were made otherwise others have them, so
  /// that what is held out would be trained on.
  ///
  /// - Throws: `ExperimentError.notExcluded` where a list has a key of no pair.
  public func requireExclusions(_ file: SweepFile, _ cells: [SweepCell]) throws {
    var known: Set<[String]> = []
    for cell in cells {
      let data = try file.run(of: cell).data
      guard let list = data.exclude else { continue }
      let paths = data.train.flatMap(\.from)
      guard known.insert([list] + paths).inserted else { continue }
      for note in try openPairs(paths, ReadingOptions(data)).skipped {
        guard case .excluded(_, _, let found, let named) = note.flaw, found < named else { continue }
        throw ExperimentError.notExcluded(list: list, data: paths.joined(separator: ", "), found: found, of: named)
      }
    }
  }
}
