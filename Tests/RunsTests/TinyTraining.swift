import Foundation
import Runs
import Settings
import TestSupport

/// A run of 4 steps over 20 pictures and their captions, checkpoints every 2 steps.
struct TinyTraining {
  let directory: String

  /// Calls `body` with a run whose files are new.
  static func make(_ body: (TinyTraining) throws -> Void) throws {
    try temporaryDirectory { directory in
      let training = TinyTraining(directory: directory)
      try training.writeFiles()
      try body(training)
    }
  }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// - Parameter settings: laid over the run, `key=value`.
  func setup(
    workers: Int, out: String, _ settings: [String] = [], start: RunStart? = nil
  ) throws -> TrainingSetup {
    let run = try RunFile(
      yaml: """
        model: {config: {"embed_dim": 16,
          "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 64, "patch_size": 16},
          "text_cfg": {"context_length": 16, "vocab_size": 514, "width": 64, "heads": 1, "layers": 1}}}
        data: {train: \(path("pairs")), tokenizer: \(path("merges.txt"))}
        batch: {size: 8}
        schedule: {steps: 4}
        checkpoint: {every: 2}
        log: {every: 3}
        """, overrides: settings)
    return try TrainingSetup(run, workers: workers, directory: RunDirectory(path(out)), start: start)
  }

  /// Gives all pairs one caption.
  func writeCaption(_ text: String) throws {
    for number in 10..<30 { try write(text, path("pairs/p\(number).txt")) }
  }

  private func writeFiles() throws {
    try FileManager.default.createDirectory(atPath: path("pairs"), withIntermediateDirectories: false)
    for number in 10..<30 {
      try FileManager.default.copyItem(atPath: Golden.path("pictures/rgb.png"), toPath: path("pairs/p\(number).png"))
      try write("picture number \(number)", path("pairs/p\(number).txt"))
    }
    try write("#version: 0.2", path("merges.txt"))
  }
}
