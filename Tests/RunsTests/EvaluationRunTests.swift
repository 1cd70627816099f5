import Collectives
import Foundation
import Runs
import Settings
import Synchronization
import TestSupport
import Testing

/// Evaluations while a run trains.
@Suite struct EvaluationRunTests {
  private static func evaluations(_ training: TinyTraining, every: Int = 1) -> String {
    "evaluation=[{kind: retrieval, data: \(training.path("pairs")), every: \(every)}, "
      + "{kind: loss, data: \(training.path("pairs")), every: \(every), batch: 7}, "
      + "{name: averaged, kind: loss, data: \(training.path("pairs")), every: 3, of: average}]"
  }

  private func train(_ setup: TrainingSetup, workers: Int, isAskedToStop: @escaping @Sendable () -> Bool = { false })
    throws -> [String]
  {
    let lines = Mutex<[String]>([])
    try simulate(workers: workers) { communicator in
      try Trainer(setup, workers: communicator, isAskedToStop: isAskedToStop) { line in
        lines.withLock { $0.append(line) }
      }.run()
    }
    return lines.withLock { $0 }
  }

  private func sums(_ setup: TrainingSetup, _ step: Int = 4) throws -> String {
    try read("\(setup.directory.checkpoint(step))/SHA256SUMS")
  }

  /// What of each row doesn't depend on the clock.
  private func found(_ directory: RunDirectory) -> [String] {
    directory.evaluationRows().map { row in
      let numbers = row.numbers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let intervals = row.intervals.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let head = "\(row.step) \(row.name) \(row.kind) \(row.of) \(row.pairs)"
      return ([head] + numbers + intervals).joined(separator: " ")
    }
  }

  @Test func `evaluations change no bit of training, on any number of workers, and find the same`() throws {
    try TinyTraining.make { training in
      let alone = try training.setup(workers: 1, out: "alone", ["ema.decay=0.9"])
      _ = try train(alone, workers: 1)
      #expect(!FileManager.default.fileExists(atPath: alone.directory.evaluations))
      var rows: [[String]] = []
      for workers in [1, 2, 4] {
        let setup = try training.setup(
          workers: workers, out: "run\(workers)", ["ema.decay=0.9", Self.evaluations(training)])
        _ = try train(setup, workers: workers)
        #expect(try sums(setup) == sums(alone))
        #expect(try sums(setup, 2) == sums(alone, 2))
        rows.append(found(setup.directory))
      }
      #expect(rows[0] == rows[1] && rows[0] == rows[2])
      let steps = rows[0].map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
      #expect(
        steps == [
          "1 retrieval", "1 loss", "2 retrieval", "2 loss", "3 retrieval", "3 loss", "3 averaged", "4 retrieval",
          "4 loss", "4 averaged",
        ])
      // The average lags behind, so it has another loss; and training changes all.
      #expect(Set(rows[0].map { $0.split(separator: " ").dropFirst(4).joined() }).count >= 6)
    }
  }

  @Test func `a resumed run has each row once, and no row of steps that are made again`() throws {
    try TinyTraining.make { training in
      let settings = ["ema.decay=0.9", Self.evaluations(training)]
      let whole = try training.setup(workers: 1, out: "whole", settings)
      _ = try train(whole, workers: 1)
      let first = try training.setup(workers: 2, out: "run", settings)
      _ = try train(first, workers: 2)
      try FileManager.default.removeItem(atPath: first.directory.checkpoint(4))
      let start = try first.directory.start(.auto) { _ in }
      #expect(start?.state.step == 2)
      let second = try training.setup(workers: 1, out: "run", settings, start: start)
      _ = try train(second, workers: 1)
      #expect(found(second.directory) == found(whole.directory))
      #expect(try sums(second) == sums(whole))
    }
  }

  @Test func `what each item counted for is kept, on any number of workers, and its mean is the number`() throws {
    try TinyTraining.make { training in
      let settings = ["ema.decay=0.9", Self.evaluations(training, every: 2)]
      let setups = try [1, 2].map { try training.setup(workers: $0, out: "run\($0)", settings) }
      for (setup, workers) in zip(setups, [1, 2]) { _ = try train(setup, workers: workers) }
      let directory = setups[0].directory
      #expect(try read(directory.evaluationItems) == read(setups[1].directory.evaluationItems))
      for row in directory.evaluationRows() where row.kind == "retrieval" {
        let items = directory.evaluationItems(at: row.step)
        for (name, value) in row.numbers where name.contains("recall") {
          let counted = try #require(items["retrieval/\(name)"])
          #expect(counted.count == 20 && Double(counted.count { $0 }) / 20 == value, "\(name)")
        }
      }
      // A run that goes on from step 2 makes the last rows anew, and no row twice.
      let rows = try read(directory.evaluationItems)
      try FileManager.default.removeItem(atPath: directory.checkpoint(4))
      let start = try directory.start(.auto) { _ in }
      #expect(start?.state.step == 2)
      _ = try train(try training.setup(workers: 1, out: "run1", settings, start: start), workers: 1)
      #expect(try read(directory.evaluationItems) == rows)
    }
  }

  @Test func `what a stop left out is made when the run goes on`() throws {
    try TinyTraining.make { training in
      let settings = ["ema.decay=0.9", Self.evaluations(training)]
      let whole = try training.setup(workers: 1, out: "whole", settings)
      _ = try train(whole, workers: 1)
      let stopped = try training.setup(workers: 1, out: "run", settings)
      _ = try train(stopped, workers: 1) { true }
      #expect(stopped.directory.evaluationRows().isEmpty && stopped.directory.steps() == [1])
      let start = try stopped.directory.start(.auto) { _ in }
      let second = try training.setup(workers: 2, out: "run", settings, start: start)
      _ = try train(second, workers: 2)
      #expect(found(second.directory) == found(whole.directory))
      #expect(try sums(second) == sums(whole))
    }
  }

  @Test func `the best checkpoint is saved and stays`() throws {
    try TinyTraining.make { training in
      // A higher learning rate at the end, so that what is best isn't the last.
      let settings = [
        Self.evaluations(training), "ema.decay=0.9", "checkpoint.best=loss/loss", "checkpoint.keep=1",
        "checkpoint.every=4", "schedule.steps=8", "schedule.warmup=1", "optimizer.learning_rate=0.3",
      ]
      let setup = try training.setup(workers: 2, out: "run", settings)
      let lines = try train(setup, workers: 2)
      let losses = setup.directory.evaluationRows().filter { $0.name == "loss" }.map { ($0.step, $0.numbers["loss"]!) }
      let best = try #require(losses.min { $0.1 < $1.1 })
      #expect(best.0 < 8, "\(losses)")
      #expect(setup.directory.steps() == [best.0, 8])
      #expect(setup.directory.best?.step == best.0)
      #expect(try modelDirectory("\(setup.directory.path)@best") == setup.directory.checkpoint(best.0))
      #expect(lines.contains { $0.hasPrefix("best: loss/loss ") && $0.contains("at step \(best.0), kept as") })
      // Not cut off with older ones, by hand either.
      #expect(setup.directory.prune(KeepRule(newest: 1, besides: [best.0])) == [])
      let other = try training.setup(workers: 1, out: "other")
      _ = try train(other, workers: 1)
      #expect(throws: CheckpointError.noBest(path: other.directory.path)) {
        try modelDirectory("\(other.directory.path)@best")
      }
    }
  }

  @Test func `another run's checkpoint isn't the best of the one that goes on from it`() throws {
    try TinyTraining.make { training in
      let settings = [
        Self.evaluations(training, every: 4), "ema.decay=0.9", "checkpoint.best=loss/loss", "checkpoint.every=4",
      ]
      let first = try training.setup(workers: 1, out: "first", settings)
      _ = try train(first, workers: 1)
      // Nothing more is learned, and of equals the first is the best: that would be what it began with.
      let longer = settings + ["schedule.steps=8", "optimizer.learning_rate=0"]
      let start = try RunDirectory(training.path("second")).start(.from(first.directory.path)) { _ in }
      let second = try training.setup(workers: 1, out: "second", longer, start: start)
      let lines = try train(second, workers: 1)
      let losses = second.directory.evaluationRows().filter { $0.name == "loss" }.compactMap { $0.numbers["loss"] }
      #expect(losses.count == 2 && losses[0] == losses[1], "\(losses)")
      #expect(lines.contains { $0.hasPrefix("best: loss/loss ") && $0.contains("at step 8, kept as") }, "\(lines)")
      #expect(second.directory.best?.step == 8)
    }
  }

  @Test func `workers whose classes or pairs to measure by differ are told so before the first step`() throws {
    try TinyTraining.make { training in
      // As on two hosts, whose files of one name needn't be the same.
      func setup(_ host: String, _ classes: String, caption: String) throws -> TrainingSetup {
        let pairs = training.path("\(host)/other")
        try FileManager.default.createDirectory(atPath: pairs, withIntermediateDirectories: true)
        try write(caption, "\(pairs)/p.txt")
        try FileManager.default.copyItem(atPath: training.path("pairs/p10.png"), toPath: "\(pairs)/p.png")
        try write(classes, training.path("\(host)/classes.txt"))
        let items =
          "[{kind: zero-shot, classes: \(training.path("\(host)/classes.txt")), data: \(training.path("pairs"))}, "
          + "{kind: loss, data: \(pairs)}]"
        return try training.setup(workers: 2, out: "run", ["evaluation=\(items)"])
      }
      let first = try setup("a", "cat\ndog\n", caption: "a cat")
      for other in [
        try setup("b", "cat\ncow\n", caption: "a cat"), try setup("c", "cat\ndog\n", caption: "a cow"),
      ] {
        let errors = Mutex<[String]>([])
        try simulate(workers: 2) { workers in
          do { try (workers.rank == 0 ? first : other).requireSame(on: workers) } catch {
            errors.withLock { $0.append("\(error)") }
          }
        }
        // Their paths differ here, so the run files do.
        let expected =
          "worker 1 has another evaluations' data and classes, another run file than worker 0; give all the same files"
        #expect(errors.withLock { $0 } == [expected, expected])
      }
      try simulate(workers: 2) { try first.requireSame(on: $0) }
    }
  }

  @Test(arguments: [1, 2]) func `a run ends when nothing has become better for so long`(_ workers: Int) throws {
    try TinyTraining.make { training in
      // Nothing is learned, so nothing becomes better than the first.
      let settings = [
        Self.evaluations(training), "ema.decay=0.9", "schedule.stop_when=loss/loss", "schedule.patience=3",
        "schedule.steps=20", "optimizer.learning_rate=0", "checkpoint.every=100",
      ]
      let setup = try training.setup(workers: workers, out: "run", settings)
      let lines = try train(setup, workers: workers)
      #expect(setup.directory.steps() == [4])
      #expect(lines.contains { $0.hasPrefix("stops here: schedule.stop_when loss/loss ") })
      #expect(setup.directory.evaluationRows().map(\.step).max() == 4)
      // Once ended it stays so.
      let start = try setup.directory.start(.auto) { _ in }
      let again = try training.setup(workers: workers, out: "run", settings, start: start)
      #expect(try train(again, workers: workers).contains { $0.hasPrefix("stops here") })
      #expect(again.directory.steps() == [4])
    }
  }

  @Test(arguments: [
    ("evaluation=[{kind: retrival, data: PAIRS}]", "evaluation[0].kind is retrival, must be retrieval or zero-shot"),
    (
      "evaluation=[{kind: zero-shot, data: PAIRS, clases: x}]",
      "evaluation[0].clases is not a key; did you mean evaluation[0].classes?"
    ),
    ("evaluation=[{kind: zero-shot, data: PAIRS}]", "evaluation[0].classes is not set: The file of classes."),
    ("evaluation=[{kind: loss, data: gone.tar}]", "gone.tar"),
    ("evaluation=[{kind: loss, data: PAIRS, batch: 1}]", "evaluation[0].batch is 1, must be a whole number from 2"),
  ])
  func `what can't be evaluated is said before the run begins`(_ setting: String, _ words: String) throws {
    try TinyTraining.make { training in
      let setting = setting.replacing("PAIRS", with: training.path("pairs"))
      let error = #expect(throws: (any Error).self) { try training.setup(workers: 1, out: "run", [setting]) }
      #expect(error.map { "\($0)".contains(words) } == true, "\(error.map { "\($0)" } ?? "")")
    }
  }

  @Test func `a metric that its evaluation hasn't is refused with those that it has`() throws {
    try TinyTraining.make { training in
      let error = #expect(throws: RunFileError.self) {
        try training.setup(
          workers: 1, out: "run", [Self.evaluations(training), "ema.decay=0.9", "checkpoint.best=loss/top1"])
      }
      #expect(error?.description == "checkpoint.best is loss/top1, must name a number after the slash: loss")
    }
  }
}
