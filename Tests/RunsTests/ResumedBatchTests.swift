import Collectives
import Foundation
import Runs
import Settings
import TestSupport
import Testing

@Suite struct ResumedBatchTests {
  /// Each in the words of what is fixed: chunks or lanes that would suit the other batch couldn't be taken.
  @Test(arguments: [
    ("batch.size=4", "is of another run: batch.size is 8 there, 4 here; set the same values"),
    ("batch.size=9", "batch.size is 8 there, 9 here"), ("batch.chunk=3", "batch.chunk is 1 there, 3 here"),
    ("batch.chunk=9000000000000000000", "batch.chunk is 1 there, 9000000000000000000 here"),
    ("parallel.lanes=4", "parallel.lanes is 8 there, 4 here"),
    ("batch.chunk=1", "in chunks of 1 and 8 lanes, which 3 workers can't share: start 1, 2, 4 or 8 workers"),
  ])
  func `a run that goes on says which batch it has`(_ setting: String, _ words: String) throws {
    try TinyTraining.make { training in
      let setup = try training.setup(workers: 1, out: "run", ["schedule.steps=2"])
      try simulate(workers: 1) { _ = try Trainer(setup, workers: $0, report: { _ in }).run() }
      let start = try setup.directory.start(.auto) { _ in }
      let error = #expect(throws: (any Error).self) {
        try training.setup(workers: 3, out: "run", [setting], start: start)
      }
      #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }
  }
}
