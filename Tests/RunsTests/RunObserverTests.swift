import Collectives
import Foundation
import Pairs
import Runs
import Synchronization
import TestSupport
import Testing

/// Writes down what it is told.
private final class Diary: RunObserver, Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }

  private func note(_ line: String) { lines.withLock { $0.append(line) } }

  func started(_ setup: TrainingSetup) { note("started \(setup.source.count)") }
  func step(_ row: Metrics, _ details: StepDetails?) {
    note("step \(row.step)" + (details.map { " of \($0.accounts.count)" } ?? ""))
  }
  func saved(_ checkpoint: String, step: Int) { note("saved \(checkpoint) \(step)") }
  func skipped(_ sample: SkippedSample) { note("skipped \(sample.key)") }
  func finished() { note("finished") }
}

private func train(_ setup: TrainingSetup, workers: Int, _ observers: [any RunObserver & Sendable] = []) throws {
  try simulate(workers: workers) { communicator in
    try Trainer(setup, workers: communicator, report: { _ in }) { observers }.run()
  }
}

@Suite struct RunObserverTests {
  @Test(arguments: [1, 2])
  func `an observer is told what happens, in order, and changes no bit`(_ workers: Int) throws {
    try TinyTraining.make { training in
      // Its caption is missing, which is known when the run starts.
      try FileManager.default.removeItem(atPath: training.path("pairs/p15.txt"))
      let setup = try training.setup(workers: workers, out: "watched")
      let diary = Diary()
      try train(setup, workers: workers, [diary])
      func checkpoint(_ step: Int) -> String { setup.directory.checkpoint(step) }
      // A checkpoint is written while the next step is made.
      let saved = diary.all.filter { $0.hasPrefix("saved") }
      #expect(saved == [2, 4].map { "saved \(checkpoint($0)) \($0)" })
      #expect(
        diary.all.filter { !$0.hasPrefix("saved") } == [
          "started 19", "skipped p15", "step 1", "step 2", "step 3 of \(workers)", "step 4 of \(workers)", "finished",
        ])
      #expect(diary.all.suffix(2) == [saved[1], "finished"])

      let alone = try training.setup(workers: workers, out: "alone")
      try train(alone, workers: workers)
      let sums = try [setup, alone].map { try read("\($0.directory.checkpoint(4))/SHA256SUMS") }
      #expect(sums[0] == sums[1])
    }
  }

  @Test(arguments: [1, 2]) func `a run that is asked to stop saves after the step in hand`(_ workers: Int) throws {
    try TinyTraining.make { training in
      let setup = try training.setup(workers: workers, out: "run")
      let asked = Mutex(0)
      let ends = Mutex<[RunEnd]>([])
      try simulate(workers: workers) { communicator in
        // The last worker alone is asked, in the first step.
        let last = communicator.rank == workers - 1
        let isAsked: @Sendable () -> Bool = {
          if last { asked.withLock { $0 += 1 } }
          return last
        }
        let trainer = try Trainer(setup, workers: communicator, isAskedToStop: isAsked, report: { _ in })
        let end = try trainer.run()
        ends.withLock { $0.append(end) }
      }
      #expect(ends.withLock { $0 } == Array(repeating: .stopped(step: 1), count: workers))
      #expect(setup.directory.steps() == [1] && asked.withLock { $0 } == 1)
      #expect(setup.directory.newestWhole { _ in }?.state.step == 1)
    }
  }

  @Test func `an observer that throws ends the run`() throws {
    final class Full: RunObserver, Sendable {
      struct Stop: Error {}
      func step(_ row: Metrics, _ details: StepDetails?) throws { if row.step == 3 { throw Stop() } }
    }
    try TinyTraining.make { training in
      let setup = try training.setup(workers: 2, out: "run")
      #expect(throws: Full.Stop.self) { try train(setup, workers: 2, [Full()]) }
      #expect(setup.directory.steps() == [2])
    }
  }
}
