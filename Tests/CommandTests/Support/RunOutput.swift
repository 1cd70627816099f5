import Foundation
import TestSupport
import Testing

/// What a training run has written.
struct RunOutput: Sendable {
  let path: String

  init(_ path: String) { self.path = path }

  func checkpoint(_ step: Int) -> String { "\(path)/checkpoints/step-" + String(format: "%08d", step) }

  /// The bytes of every file of a checkpoint, those of its average among them.
  func files(_ step: Int) throws -> [String: Data] {
    let directory = checkpoint(step)
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
      let path = "\(directory)/\(name)"
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      if !isDirectory.boolValue { files[name] = try Data(contentsOf: URL(fileURLWithPath: path)) }
    }
    return files
  }

  func lines(_ name: String) throws -> [Substring] {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8).split(separator: "\n")
  }

  /// The rows of metrics.jsonl; null, a number that isn't finite, becomes infinity.
  func metrics() throws -> [[String: Double]] {
    try lines("metrics.jsonl").map { line in
      try JSONDecoder().decode([String: Double?].self, from: Data(line.utf8)).mapValues { $0 ?? .infinity }
    }
  }

  /// Removes what lies after a step, as if the run had been stopped there, but for the rows of metrics, which a run
  /// killed between two checkpoints leaves too.
  func rewind(to step: Int) throws {
    for later in step + 1...EmojiRun.steps where FileManager.default.fileExists(atPath: checkpoint(later)) {
      try FileManager.default.removeItem(atPath: checkpoint(later))
    }
  }
}

/// Expects checkpoints of the same bytes, after the third and after the last step.
func expectSame(_ found: RunOutput, as expected: RunOutput, sourceLocation: SourceLocation = #_sourceLocation) throws {
  for step in [3, EmojiRun.steps] {
    let (found, expected) = (try found.files(step), try expected.files(step))
    let differing = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.sorted()
    #expect(expected.count == 9, "files of the reference", sourceLocation: sourceLocation)
    #expect(differing.isEmpty, "files that differ after step \(step)", sourceLocation: sourceLocation)
  }
}

/// Fields that are the same on any number of workers, and those that are not.
private let settledFields: Set = [
  "step", "samples", "epoch", "loss", "logit_scale", "learning_rate", "gradient_norm", "image_to_text_top1",
  "text_to_image_top1", "duplicates", "image_gradient_norm", "text_gradient_norm", "gradient_signal", "gradient_noise",
  "noise_scale", "duplicate_images", "duplicate_labels", "effective_negatives", "hard_negatives",
]
private let measuredFields: Set = [
  "seconds", "pairs_per_second", "data_seconds", "encode_seconds", "gather_seconds", "loss_seconds",
  "backward_seconds", "reduce_seconds", "update_seconds", "wire_bytes", "peak_bytes", "gather_hidden_seconds",
  "reduce_hidden_seconds", "slowest_worker", "slowest_seconds", "time",
]

/// Expects one row a step with every field, of the same values where they don't depend on the machine.
func expectSameMetrics(
  _ found: RunOutput, as expected: RunOutput, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let (found, expected) = (try found.metrics(), try expected.metrics())
  #expect(found.map { $0["step"] } == (1...EmojiRun.steps).map(Double.init), sourceLocation: sourceLocation)
  for (row, expectedRow) in zip(found, expected) {
    #expect(Set(row.keys) == settledFields.union(measuredFields), sourceLocation: sourceLocation)
    for field in settledFields {
      #expect(row[field] == expectedRow[field], "\(field)", sourceLocation: sourceLocation)
    }
  }
}

/// Some tensors of a model's directory, by name.
func tensors(_ model: String, where chosen: (String) -> Bool) throws -> [String: [Float]] {
  let file = try Golden(file: "\(model)/open_clip_model.safetensors")
  return Dictionary(uniqueKeysWithValues: try file.names.filter(chosen).map { ($0, try file.floats($0)) })
}
