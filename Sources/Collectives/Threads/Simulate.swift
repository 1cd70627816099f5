import Foundation
import Synchronization
import Threading

/// Bytes of a worker's stack: as deep recursions as on the main thread, and more. Untouched pages cost nothing.
private let stackBytes = 64 << 20

/// Runs `body` as `workers` workers, each a thread of this process with its own communicator; returns when all have.
///
/// A worker that throws aborts the others, whose calls then throw `CommunicationError.aborted`.
///
/// - Throws: the first error that `body` threw, but not one that only tells of another worker's abort if there is
///   another.
public func simulate(workers: Int, _ body: @escaping @Sendable (any Communicator) throws -> Void) throws {
  precondition(workers > 0, "simulate: \(workers) workers")
  let board = Board(size: workers)
  let outcome = Outcome()
  let running = DispatchGroup()
  for rank in 0..<workers {
    running.enter()
    startThread("worker \(rank)", stackBytes: stackBytes) {
      run(rank, board, outcome, body)
      running.leave()
    }
  }
  running.wait()
  if let cause = outcome.cause { throw cause }
}

private func run(_ rank: Int, _ board: Board, _ outcome: Outcome, _ body: (any Communicator) throws -> Void) {
  do {
    try body(ThreadCommunicator(rank: rank, board: board))
    board.leave(rank)
  } catch {
    // Noted before the others wake, so that the cause comes before its consequences.
    outcome.note(error)
    board.abort(by: rank, reason: "\(error)")
  }
}

/// The errors of a simulation, in the order in which they occurred.
private final class Outcome: Sendable {
  private let errors = Mutex<[any Error]>([])

  func note(_ error: any Error) { errors.withLock { $0.append(error) } }

  /// The first that doesn't only tell of another worker's abort.
  var cause: (any Error)? {
    errors.withLock { errors in
      errors.first { error in
        if case CommunicationError.aborted = error { false } else { true }
      } ?? errors.first
    }
  }
}
