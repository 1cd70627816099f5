import Files

/// What can go wrong between a run and its directory.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  case file(FileError)
  case missingFile(String)
  /// A file that a checkpoint must have, or has, and that isn't listed.
  case unlisted(path: String, by: String)
  case notFinite(tensor: String, what: String, step: Int)
  /// The run's directory isn't the one any more that it was when the run began.
  case replaced(path: String)
  case checksum(path: String, found: String, expected: String)
  /// `state.json` doesn't parse, or is of a format that this version doesn't read.
  case state(path: String, reason: String)
  /// Settings that define a run and that the checkpoint has otherwise.
  case otherRun(path: String, differences: [Difference])
  /// A new run was asked for where an old one lies.
  case occupied(path: String, step: Int)
  case noCheckpoint(path: String)
  /// `RUN@1200` of a run without that checkpoint.
  case noSuchStep(text: String, steps: [Int])
  /// `RUN@best` of a run without one.
  case noBest(path: String)
  /// There are checkpoints, and none is as it was saved.
  case noneWhole(path: String, steps: [Int])
  /// Another process trains into the directory.
  case inUse(path: String)

  public struct Difference: Sendable, Equatable {
    public let key: String
    public let found: String
    public let expected: String
  }

  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .missingFile(let path): "\(path) is missing: the checkpoint is incomplete, use another"
    case .unlisted(let path, let by): "\(by) doesn't list \(path): the checkpoint isn't as it was saved, use another"
    case .notFinite(let tensor, let what, let step):
      "\(what) of \(tensor) isn't finite after step \(step), which is not saved; "
        + "resume from the checkpoint before with a lower learning rate"
    case .replaced(let path):
      "\(path) was removed or replaced while the run was writing to it; start it again to go on from what is there"
    case .checksum(let path, let found, let expected):
      "\(path) has SHA-256 \(found), not \(expected): the file changed since it was saved, use another checkpoint"
    case .state(let path, let reason): "\(path) is not a checkpoint's state: \(reason)"
    case .otherRun(let path, let differences):
      "\(path) is of another run: "
        + differences.map { "\($0.key) is \($0.found) there, \($0.expected) here" }.joined(separator: ", ")
        + "; set the same values, or another --out"
    case .occupied(let path, let step):
      "\(path) holds a run with checkpoint \(step): continue it with --resume auto, remove it, or choose another --out"
    case .noCheckpoint(let path):
      "\(path) holds no whole checkpoint to resume from; give --resume a run's directory or a checkpoint's"
    case .noSuchStep(let text, let steps):
      "there is no \(text); after the @ goes a step with a checkpoint: "
        + (steps.isEmpty ? "there is none yet" : steps.map(String.init).joined(separator: ", "))
    case .noBest(let path):
      "\(path) has no best checkpoint: checkpoint.best of its run.yaml names the number that tells it, and "
        + "evaluations.jsonl has it of no step whose checkpoint is there"
    case .noneWhole(let path, let steps):
      "none of the checkpoints in \(path) can be resumed (steps \(steps.map(String.init).joined(separator: ", "))); "
        + "move them away to begin anew, or choose another --out"
    case .inUse(let path): "another run is writing to \(path); wait for its end, or choose another --out"
    }
  }
}
