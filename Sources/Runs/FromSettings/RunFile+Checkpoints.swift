import Files
import Foundation
import Settings

extension RunFile {
  /// The run with a checkpoint in the place of each run that it starts or learns from, as `modelDirectory` finds it: that is
  /// what its run.yaml keeps, since the other run may be trained on.
  ///
  /// - Parameters:
  ///   - earlier: what the launch before this one kept, of a run that goes on: where it took a checkpoint of the same run, that
  ///     one is meant still, as long as it is there or nothing of it is read any more.
  ///   - report: takes what is worth telling, a line at a time.
  package func namingCheckpoints(
    since earlier: RunFile? = nil, report: (String) -> Void = { _ in }
  ) throws(CheckpointError) -> RunFile {
    var run = self
    for (key, path) in Self.models {
      guard let text = self[keyPath: path] else { continue }
      if let kept = earlier?[keyPath: path], isCheckpoint(kept, of: text),
        FileManager.default.fileExists(atPath: kept) || path != \.distillation.teacher && readsNoBeginning
      {
        if kept != text { report("\(key) \(text): \(kept), as before") }
        run[keyPath: path] = kept
        continue
      }
      let found = try modelDirectory(text) { report("passed over a checkpoint: \($0)") }
      if found != text { report("\(key) \(text): \(found)") }
      run[keyPath: path] = found
    }
    return run
  }

  /// Whether a run that goes on needs nothing of the models that it began from.
  private var readsNoBeginning: Bool { model.config != nil && data.tokenizer != nil }

  private static var models: [(String, WritableKeyPath<RunFile, String?>)] {
    [
      ("model.from", \.model.from), ("model.image_from", \.model.imageFrom), ("model.text_from", \.model.textFrom),
      ("distillation.teacher", \.distillation.teacher),
    ]
  }
}

/// Whether a path is one of the checkpoints that `runs/emoji` or `runs/emoji@best`, or that which `runs/emoji@1200` may mean.
private func isCheckpoint(_ path: String, of text: String) -> Bool {
  func whole(_ path: String) -> String { URL(fileURLWithPath: path).standardized.path }
  var (run, step) = (RunDirectory(text), Int?.none)
  if !FileManager.default.fileExists(atPath: text), let at = text.lastIndex(of: "@") {
    (run, step) = (RunDirectory(String(text[..<at])), Int(text[text.index(after: at)...]))
  }
  if let step { return whole(path) == whole(run.checkpoint(step)) }
  return whole(parentDirectory(path)) == whole(run.checkpoints)
}
