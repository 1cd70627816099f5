import Collectives
import Foundation

/// What `--resume` says.
public enum Resume: Sendable, Equatable {
  /// From the newest whole checkpoint of the run directory, else from the start.
  case auto
  case never
  /// From this checkpoint, or from the newest whole one of this run directory.
  case from(String)
}

/// The checkpoint that a run goes on from.
public struct RunStart: Sendable, Equatable {
  public let path: String
  public let state: CheckpointState
}

extension RunDirectory {
  /// The checkpoint to start from, nil for a new run.
  ///
  /// Never an old run's directory for a new run: its checkpoints and metrics would mix with the new one's.
  public func start(_ resume: Resume, report: (CheckpointError) -> Void) throws(CheckpointError) -> RunStart? {
    let steps = steps()
    switch resume {
    case .auto:
      let found = newestWhole(report: report)
      if found == nil && !steps.isEmpty { throw .noneWhole(path: checkpoints, steps: steps) }
      return found
    case .never:
      if let step = steps.last { throw .occupied(path: path, step: step) }
      return nil
    case .from(let source):
      let found = try Self.start(at: source, report: report)
      if let step = steps.last, !owns(found) { throw .occupied(path: path, step: step) }
      return found
    }
  }

  private static func start(
    at source: String, report: (CheckpointError) -> Void
  ) throws(CheckpointError) -> RunStart {
    if FileManager.default.fileExists(atPath: "\(source)/\(CheckpointFiles.stateName)") {
      return RunStart(path: source, state: try CheckpointFiles.verified(source))
    }
    guard let found = RunDirectory(source).newestWhole(report: report) else { throw .noCheckpoint(path: source) }
    return found
  }

  /// Whether the checkpoint is one of this run's, by whatever path it was named.
  func owns(_ start: RunStart) -> Bool {
    func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    return resolved(start.path) == resolved(checkpoint(start.state.step))
  }
}

extension RunStart {
  /// What worker 0 found, on every worker. The others read the state alone: one look at the checksums is enough.
  public static func share(_ found: RunStart?, among workers: any Communicator) throws -> RunStart? {
    let path = try workers.broadcast(found?.path ?? "", from: 0)
    if path.isEmpty || workers.rank == 0 { return found }
    return RunStart(path: path, state: try CheckpointFiles.state(path))
  }
}
