import Files
import Foundation
import Settings

extension RunFile {
  /// The run with a checkpoint in the place of each run that it starts or learns from, as `modelDirectory` finds it: that is
  /// what its run.yaml keeps, since the other run may be trained on.
  ///
  /// - Parameters:
  ///   - earlier: what the launch before this one kept, of a run that goes on: where it took a checkpoint of the same run, that
  ///     one is meant still, as long as it is there.
  ///   - report: takes what is worth telling, a line at a time.
  package func namingCheckpoints(
    since earlier: RunFile? = nil, report: (String) -> Void = { _ in }
  ) throws(CheckpointError) -> RunFile {
    var run = self
    for (key, path) in Self.models {
      guard let text = self[keyPath: path] else { continue }
      if let kept = earlier?[keyPath: path], isCheckpoint(kept, of: text) {
        run[keyPath: path] = kept
        continue
      }
      let found = try modelDirectory(text) { report("passed over a checkpoint: \($0)") }
      if found != text { report("\(key) \(text): \(found)") }
      run[keyPath: path] = found
    }
    return run
  }

  private static var models: [(String, WritableKeyPath<RunFile, String?>)] {
    [
      ("model.from", \.model.from), ("model.image_from", \.model.imageFrom), ("model.text_from", \.model.textFrom),
      ("distillation.teacher", \.distillation.teacher),
    ]
  }
}

/// Whether a path is one of the checkpoints that `runs/emoji` or `runs/emoji@best` may mean, and there.
private func isCheckpoint(_ path: String, of text: String) -> Bool {
  func whole(_ path: String) -> String { URL(fileURLWithPath: path).standardized.path }
  let run = RunDirectory(text.hasSuffix("@best") ? String(text.dropLast("@best".count)) : text)
  return whole(parentDirectory(path)) == whole(run.checkpoints) && FileManager.default.fileExists(atPath: path)
}
