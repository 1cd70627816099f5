import Settings
import Training

extension TrainingSetup {
  /// What this launch sets otherwise than the one before it, and may: in words, nil for nothing.
  public var changeLine: String? {
    guard let start, !changes.isEmpty else { return nil }
    let keys = changes.map { "\($0.key) \($0.now) (was \($0.before))" }
    return "changed from step \(start.state.step) on, as history.jsonl records: \(keys.joined(separator: ", "))"
  }

  /// That all steps are done, in words; nil where some are left. Nothing is to be written then.
  public var finishedLine: String? {
    guard let start, start.state.step >= schedule.steps else { return nil }
    let done = "finished at step \(start.state.step) (\(start.path)): nothing is left to do"
    guard !changes.isEmpty else { return done }
    let keys = changes.map { "\($0.key) \($0.before), not \($0.now)" }
    return done + "; it was trained with \(keys.joined(separator: ", ")): for another run choose another --out"
  }

  /// What a resumed run may not change, and what it changes; throws `CheckpointError.otherRun` for the first.
  static func changes(
    _ run: RunFile, from start: RunStart, _ earlier: EarlierLaunch, pairs: Int, merges: String, data: String
  ) throws(CheckpointError) -> [ChangedKey] {
    var differences = start.state.differences(run, pairs: pairs, merges: merges, data: data)
    let settings = earlier.run.map { ResumedSettings(run, since: $0) }
    for key in settings?.fixed ?? [] where !differences.contains(where: { $0.key == key.key }) {
      differences.append(.init(key: key.key, found: key.before, expected: key.now))
    }
    guard differences.isEmpty else { throw .otherRun(path: start.path, differences: differences) }
    if let settings { return settings.changed }
    let threads = (before: start.state.threads, now: run.parallel.threads)
    if threads.before == threads.now { return [] }
    return [ChangedKey(key: "parallel.threads", before: "\(threads.before)", now: "\(threads.now)")]
  }
}
