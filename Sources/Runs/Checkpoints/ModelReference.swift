import CLIP
import Files
import Foundation

/// The model directory that a text names: one itself, or a run's newest whole checkpoint (`runs/emoji`), or the one after
/// so many steps (`runs/emoji@1200`), or its best by `checkpoint.best` (`runs/emoji@best`).
///
/// - Parameter report: is told of broken checkpoints passed over.
/// - Returns: the text itself where it names no run.
public func modelDirectory(_ text: String, report: (CheckpointError) -> Void = { _ in }) throws(CheckpointError)
  -> String
{
  if FileManager.default.fileExists(atPath: text) {
    let run = RunDirectory(text)
    guard isRun(run), !isModel(text) else { return text }
    guard let found = run.newestWhole(report: report) else { throw .noCheckpoint(path: text) }
    return found.path
  }
  guard let at = text.lastIndex(of: "@") else { return text }
  let run = RunDirectory(String(text[..<at]))
  guard isRun(run) else { return text }
  let which = text[text.index(after: at)...]
  if which == "best" {
    guard let best = run.best else { throw .noBest(path: run.path) }
    _ = try CheckpointFiles.verified(run.checkpoint(best.step))
    return run.checkpoint(best.step)
  }
  guard let step = Int(which), run.steps().contains(step) else {
    throw .noSuchStep(text: text, steps: run.steps())
  }
  _ = try CheckpointFiles.verified(run.checkpoint(step))
  return run.checkpoint(step)
}

private func isRun(_ run: RunDirectory) -> Bool { isOwnDirectory(run.checkpoints) }

private func isModel(_ path: String) -> Bool { (try? ModelDirectory(path).format) != nil }
