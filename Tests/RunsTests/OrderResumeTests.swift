import Collectives
import Files
import Foundation
import Pairs
import Runs
import Settings
import TestSupport
import Testing

/// 45 pairs in 6 shards of 5 to 10, with 15 captions and 9 classes; 24 steps of 8 pairs, a checkpoint each.
private struct ShardedTraining {
  static let steps = 24
  let directory: String

  /// Calls `body` with a run whose files are new.
  static func make(_ body: (ShardedTraining) throws -> Void) throws {
    try temporaryDirectory { directory in
      let training = ShardedTraining(directory: directory)
      try training.writeFiles()
      try body(training)
    }
  }

  private func writeFiles() throws {
    var number = 0
    for shard in 0..<6 {
      let tar = try TarWriter("\(directory)/\(shard).tar")
      for _ in 0..<5 + shard {
        let pixels = (0..<32 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 * (number + 3)) }
        try tar.add("p\(number).png", Picture(width: 32, height: 32, pixels: pixels).encoded(as: ".png"))
        try tar.add("p\(number).json", Array(#"{"caption": "number \#(number / 3)", "class": \#(number % 9)}"#.utf8))
        number += 1
      }
      try tar.close()
    }
    try write("#version: 0.2", "\(directory)/merges.txt")
  }

  func setup(
    _ settings: [String], workers: Int, out: String, from start: RunStart? = nil
  ) throws -> TrainingSetup {
    let run = try RunFile(
      yaml: """
        model: {config: {"embed_dim": 16,
          "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 64, "patch_size": 16},
          "text_cfg": {"context_length": 16, "vocab_size": 514, "width": 64, "heads": 1, "layers": 1}}}
        data: {train: "\(directory)/{0..5}.tar", label: class, tokenizer: \(directory)/merges.txt}
        batch: {size: 8, chunk: 1}
        schedule: {steps: \(Self.steps)}
        checkpoint: {every: 1, keep: null}
        """, overrides: settings)
    return try TrainingSetup(run, workers: workers, directory: RunDirectory("\(directory)/\(out)"), start: start)
  }

  /// Trains, and returns `state.json` of the last checkpoint, which has the checksums of its files.
  func train(
    _ settings: [String], workers: Int, out: String, from start: RunStart? = nil, rows: Rows? = nil
  ) throws -> String {
    let setup = try setup(settings, workers: workers, out: out, from: start)
    try simulate(workers: workers) { communicator in
      try Trainer(setup, workers: communicator, report: { _ in }) { rows.map { [$0] } ?? [] }.run()
    }
    return try read("\(setup.directory.checkpoint(Self.steps))/state.json")
  }
}

/// Keeps the rows of metrics.
private final class Rows: RunObserver, @unchecked Sendable {
  var all: [Metrics] = []
  func step(_ row: Metrics, _ details: StepDetails?) { all.append(row) }
}

@Suite struct OrderResumeTests {
  private static let windowed = ["data.order=windowed", "data.window=2"]
  private static let settings = [
    windowed, ["batch.diversity=[caption, label]"], windowed + ["batch.diversity=caption"],
  ]

  /// Epochs are of 5.6 steps, which begin within a batch.
  @Test(arguments: settings)
  func `a run resumed at any of 20 steps on 1, 2 or 4 workers is one that was not stopped`(
    _ settings: [String]
  ) throws {
    try ShardedTraining.make { training in
      let whole = try training.train(settings, workers: 1, out: "whole")
      let directory = RunDirectory("\(training.directory)/whole")
      var random = SystemRandomNumberGenerator()
      for (number, step) in (1..<ShardedTraining.steps).shuffled(using: &random).prefix(20).enumerated() {
        let start = try #require(try directory.start(.from(directory.checkpoint(step))) { _ in })
        let workers = [1, 2, 4][number % 3]
        let found = try training.train(settings, workers: workers, out: "\(step)", from: start)
        #expect(found == whole, "from step \(step) on \(workers) workers")
      }
      #expect(try training.train(settings, workers: 8, out: "eight") == whole)
      #expect(try training.train([], workers: 1, out: "other") != whole)
    }
  }

  @Test func `metrics say how diverse batches are`() throws {
    try ShardedTraining.make { training in
      let (plain, diverse) = (Rows(), Rows())
      _ = try training.train([], workers: 2, out: "plain", rows: plain)
      _ = try training.train(["batch.diversity=[caption, label]"], workers: 2, out: "diverse", rows: diverse)
      #expect(plain.all.map(\.duplicates).reduce(0, +) > 10)
      #expect(plain.all.allSatisfy { $0.duplicateLabels == 0 })
      // Of 9 classes a batch of 8 takes 8 once, but where an epoch's last pairs leave no choice.
      #expect(diverse.all.count { $0.duplicates > 0 } <= 3, "\(diverse.all.map(\.duplicates))")
      #expect(diverse.all.count { $0.duplicateLabels > 0 } <= 6, "\(diverse.all.map(\.duplicateLabels))")
      for row in plain.all {
        #expect((row.effectiveNegatives == 7) == (row.duplicates == 0))
        #expect(row.effectiveNegatives <= 7 - Double(2 * row.duplicates) / 8)
      }
    }
  }

  @Test func `a run goes on in its own order alone`() throws {
    try ShardedTraining.make { training in
      _ = try training.train(["batch.diversity=caption"], workers: 1, out: "run")
      let directory = RunDirectory("\(training.directory)/run")
      let start = try #require(try directory.start(.from(directory.checkpoint(3))) { _ in })
      for (settings, words) in [
        ([], "batch.diversity is caption there, none here"),
        (["batch.diversity=[caption, label]"], "batch.diversity is caption there, caption, label class here"),
        (["batch.diversity=caption", "data.order=windowed"], "data.order is full there, windowed 16 here"),
      ] {
        let error = #expect(throws: CheckpointError.self) {
          try training.setup(settings, workers: 1, out: "other", from: start)
        }
        #expect(error?.description.contains(words) == true, "\(error.map(String.init(describing:)) ?? "")")
      }
    }
  }

  @Test func `labels that nobody has are an error that says where they are sought`() throws {
    try ShardedTraining.make { training in
      for (field, words) in [("sort", "in the field sort"), ("null", "no pair has a .cls")] {
        let settings = ["batch.diversity=label", "data.label=\(field)"]
        let error = #expect(throws: TrainingError.self) {
          try training.train(settings, workers: 1, out: "run-\(field)")
        }
        #expect(error?.description.contains(words) == true)
      }
    }
  }
}
