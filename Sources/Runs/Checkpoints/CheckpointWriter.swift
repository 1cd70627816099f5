import Foundation
import Pairs
import Threading

/// Writes checkpoints on a thread of its own, one after the other, while training goes on.
///
/// It ends with the last reference to it, once what it was given is written.
final class CheckpointWriter {
  /// A checkpoint to be written. The snapshot is the writer's until it is through.
  struct Job {
    let path: String
    let state: CheckpointState
    let snapshot: Snapshot
    let tokenizer: any CaptionTokenizer
    let card: ModelCard

    func write() throws { try Checkpoint.save(path, state, snapshot, tokenizer, card: card) }
  }

  /// What the trainer's thread and the writer's share.
  private struct Desk {
    var job: Job?
    /// Nil while a job is under way.
    var outcome: Result<Void, any Error>?
    var isClosed = false
  }

  private let desk = Monitor(Desk(outcome: .success(())))

  init() {
    startThread("checkpoints") { [desk] in Self.run(desk) }
  }

  deinit {
    desk.withLock { $0.isClosed = true }
    desk.wakeAll()
  }

  /// Gives the writer a job; only when the one before is through.
  func begin(_ job: Job) {
    desk.withLock { desk in
      precondition(desk.outcome != nil, "checkpoint writer: \(job.path) while another is being written")
      (desk.job, desk.outcome) = (job, nil)
    }
    desk.wakeAll()
  }

  /// Whether the last job is through.
  ///
  /// - Throws: why it could not be written.
  func isThrough() throws -> Bool {
    guard let outcome = desk.withLock({ $0.outcome }) else { return false }
    try outcome.get()
    return true
  }

  /// Returns once the last job is through, written or not.
  func wait() { desk.wait { $0.outcome != nil } }

  private static func run(_ desk: Monitor<Desk>) {
    while let job = next(desk) {
      let outcome = Result { try job.write() }
      desk.withLock { ($0.job, $0.outcome) = (nil, outcome) }
      desk.wakeAll()
    }
  }

  private static func next(_ desk: Monitor<Desk>) -> Job? {
    desk.wait { $0.isClosed || $0.job != nil }
    return desk.withLock { $0.job }
  }
}
