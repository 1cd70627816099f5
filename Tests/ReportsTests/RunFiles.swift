import Collectives
import Foundation
import Pairs
import Runs
import Settings
import TestSupport
import Training

/// Text that does harm in a page where it isn't escaped.
let hostile =
  #"</td></svg><script>alert(1)</script><img src=x onerror=alert(2)> "quoted" 'n &amp; ünïcode \#u{202E}back"#

/// A run's directory with rows made up, and a run of 4 steps over 20 pictures that really was trained.
struct RunFiles {
  let directory: String
  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// Calls `body` with a directory whose files are new.
  static func make(_ body: (RunFiles) throws -> Void) throws {
    try temporaryDirectory { directory in try body(RunFiles(directory: directory)) }
  }

  /// A run of which only records are left.
  func recorded(_ name: String, steps: Int = 500, settings: String = "seed: 1") throws -> RunDirectory {
    let run = RunDirectory(path(name))
    try FileManager.default.createDirectory(atPath: run.path, withIntermediateDirectories: true)
    try write(settings, run.runFile)
    let rows = (1...steps).map { step -> Metrics in
      var row = Metrics()
      (row.step, row.samples, row.loss, row.logitScale) = (step, 64 * step, 4 / Double(step), 14)
      (row.learningRate, row.gradientNorm, row.seconds, row.encodeSeconds) = (1e-3, 1, 1, 0.5)
      (row.gradientSignal, row.gradientNoise, row.wireBytes) = (1, 64, 1 << 20)
      row.time = 1.8e9 + Double(step)
      return row
    }
    try write(rows.map { $0.line + "\n" }.joined(), run.metrics)
    try write("", run.workers)
    try write("", run.similarities)
    try write("", run.skipped)
    return run
  }

  /// Trains on pictures whose captions are hostile, with two workers.
  func trained(_ name: String) throws -> RunDirectory {
    let setup = try setup(name, workers: 2)
    try simulate(workers: 2) { try Trainer(setup, workers: $0, report: { _ in }).run() }
    return setup.directory
  }

  /// A run of 4 steps over 20 pictures; makes their files where they aren't there.
  func setup(_ name: String, workers: Int, start: RunStart? = nil) throws -> TrainingSetup {
    if !FileManager.default.fileExists(atPath: path("pairs")) { try writePairs() }
    let run = try RunFile(
      yaml: """
        model: {config: {"embed_dim": 16,
          "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 64, "patch_size": 16},
          "text_cfg": {"context_length": 16, "vocab_size": 514, "width": 64, "heads": 1, "layers": 1}}}
        data: {train: \(path("pairs")), tokenizer: \(path("merges.txt"))}
        batch: {size: 8}
        schedule: {steps: 4}
        checkpoint: {every: 2}
        log: {every: 1}
        """)
    return try TrainingSetup(run, workers: workers, directory: RunDirectory(path(name)), start: start)
  }

  private func writePairs() throws {
    try FileManager.default.createDirectory(atPath: path("pairs"), withIntermediateDirectories: false)
    for number in 10..<30 {
      try FileManager.default.copyItem(atPath: Golden.path("pictures/rgb.png"), toPath: path("pairs/p\(number).png"))
      try write("\(hostile) \(number)", path("pairs/p\(number).txt"))
    }
    try write("#version: 0.2", path("merges.txt"))
  }
}
