import Engine
import Files
import Foundation
import Settings
import Training

/// What worker 0 keeps of a run in its directory: its settings and its checkpoints.
final class CheckpointKeeper {
  private let setup: TrainingSetup
  private let report: (String) -> Void
  private let identity: FileIdentity?
  /// Checkpoints after the one that the run starts from, passed over or left behind: kept until there is a new one.
  private var outdated: [Int]
  private let writer = CheckpointWriter()
  /// The copy that is written while training goes on; nil until the first, and where memory lacks it.
  private var copy: Snapshot?
  private var hasTold = false
  /// The step that is being written.
  private var underWay: Int?
  private var lastSave = ContinuousClock.now
  /// The step whose checkpoint is the best, which stays whatever its number. Until it is saved the one before it stays too.
  var best: Int? { didSet { if bestSaved == nil { bestSaved = best } } }
  private var bestSaved: Int?

  /// Makes the directory, writes `run.yaml`, and the launch's row of `history.jsonl`.
  init(_ setup: TrainingSetup, _ launch: Launch, report: @escaping (String) -> Void) throws {
    (self.setup, self.report) = (setup, report)
    let first = setup.start?.state.step ?? 0
    try setup.directory.prepare()
    try AtomicFile.write(Data(setup.run.yaml().utf8), to: setup.directory.runFile)
    try RunHistory.append(launch, to: setup.directory)
    outdated = setup.directory.steps().filter { $0 > first }
    identity = FileIdentity(of: FilePath(setup.directory.path))
  }

  /// Whether so much time has passed since the last save that there should be another.
  var isDue: Bool {
    guard let minutes = setup.run.checkpoint.minutes else { return false }
    return (ContinuousClock.now - lastSave).seconds >= 60 * minutes
  }

  /// Begins to save what there is after a step; nothing of it may change before this returns.
  func save(_ step: Int, _ snapshot: Snapshot) throws {
    precondition(underWay == nil, "save: step \(step) while another is being saved")
    try requirePlace()
    try snapshot.requireFinite(step: step)
    if let name = try setup.directory.setAside(step) {
      report("\(setup.directory.checkpoint(step)) isn't this program's: it is \(name) now")
    }
    let copy = copy(of: snapshot)
    copy?.set(snapshot)
    underWay = step
    writer.begin(
      .init(
        path: setup.directory.checkpoint(step), state: setup.state(after: step), snapshot: copy ?? snapshot,
        tokenizer: setup.tokenizer))
    if copy == nil { writer.wait() }
  }

  /// The checkpoint that has come to lie whole in its place since the last call.
  ///
  /// - Parameter waits: whether to wait for one that is being written.
  func saved(waits: Bool) throws -> (path: String, step: Int)? {
    guard let step = underWay else { return nil }
    if waits { writer.wait() }
    guard try writer.isThrough() else { return nil }
    underWay = nil
    lastSave = .now
    let directory = setup.directory
    directory.remove(outdated.filter { $0 != step })
    outdated = []
    if step == best { bestSaved = step }
    directory.prune(KeepRule(setup.run.checkpoint, besides: [best, bestSaved]))
    return (directory.checkpoint(step), step)
  }

  /// Returns once nothing is being written any more: the end of a run that can't go on.
  func end() { writer.wait() }

  private func copy(of snapshot: Snapshot) -> Snapshot? {
    if let copy { return copy }
    let free = FreeMemory.bytes
    guard free.map({ $0 - FreeMemory.reserve > snapshot.bytes }) ?? true else {
      if !hasTold {
        report(
          "training waits while checkpoints are written: \(ByteCount(free ?? 0).words) of memory are free, a copy of "
            + "what is saved takes \(ByteCount(snapshot.bytes).words)")
      }
      hasTold = true
      return nil
    }
    copy = Snapshot(copying: snapshot, locks: setup.run.model.locks)
    return copy
  }

  /// Throws where the run's directory isn't the one any more that its records go to.
  private func requirePlace() throws(CheckpointError) {
    guard identity == FileIdentity(of: FilePath(setup.directory.path)) else {
      throw .replaced(path: setup.directory.path)
    }
  }
}

extension KeepRule {
  init(_ section: CheckpointSection, besides: [Int?]) {
    self.init(newest: section.keep, every: section.keepEvery, besides: Set(besides.compactMap { $0 }))
  }
}
