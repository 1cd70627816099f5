import Files
import Foundation
import Settings

/// What the launch before this one was told, as the run's own run.yaml says.
struct EarlierLaunch {
  /// Nil where there is none to read.
  let run: RunFile?
  /// Why there is none, where something lies there.
  let problem: String?

  /// - Parameter checkpoint: one of the run's, in its `checkpoints`; one that lies elsewhere has no run.yaml.
  init(of checkpoint: String) {
    let checkpoints = parentDirectory(checkpoint)
    let path = RunDirectory(parentDirectory(checkpoints)).runFile
    guard lastComponent(checkpoints) == "checkpoints" else {
      (run, problem) = (nil, nil)
      return
    }
    guard let kind = FileKind(at: FilePath(path)), kind == .regular else {
      (run, problem) = (nil, "what the run was told before isn't known: there is no file \(path)")
      return
    }
    do throws(RunFileError) { (run, problem) = (try RunFile(reading: path), nil) } catch {
      (run, problem) = (nil, "what the run was told before isn't known: \(error)")
    }
  }
}

/// How a resumed run's settings stand against those of the launch before it.
struct ResumedSettings {
  /// What makes it another run.
  var fixed: [ChangedKey] = []
  /// What may change, and files of the same content by another name.
  var changed: [ChangedKey] = []

  /// Files whose content the checkpoint knows, so that they may be moved.
  private static let contentIsKnown: Set = ["model.config", "data.train", "data.tokenizer", "data.exclude"]
  /// Models that the parameters began from, which a resumed run doesn't read any more.
  private static let beginnings: Set = ["model.from", "model.image_from", "model.text_from"]

  init(_ run: RunFile, since earlier: RunFile) {
    changed = run.changes(since: earlier, of: .mayChange)
    for key in run.changes(since: earlier, of: .fixed) {
      let moved =
        Self.contentIsKnown.contains(key.key) || Self.beginnings.contains(key.key) && Self.isGone(key.key, earlier)
      if moved { changed.append(key) } else { fixed.append(key) }
    }
  }

  /// Whether a beginning was named before that isn't there any more.
  private static func isGone(_ key: String, _ earlier: RunFile) -> Bool {
    let model = earlier.model
    let path = ["model.from": model.from, "model.image_from": model.imageFrom, "model.text_from": model.textFrom][key]
    return path.flatMap { $0 }.map { !FileManager.default.fileExists(atPath: $0) } ?? false
  }
}
