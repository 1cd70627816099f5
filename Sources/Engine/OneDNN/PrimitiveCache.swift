import Synchronization

/// What oneDNN compiled for each plan, while nobody runs it. A primitive holds its arguments' addresses, so it serves
/// one worker at a time.
final class PrimitiveCache<Plan: Hashable & Sendable, Compiled: AnyObject>: Sendable {
  /// What nobody runs.
  private struct Idle: @unchecked Sendable {
    // Safe: what was compiled is in this table or in one thread's hands, never in both.
    var compiled: [Plan: [Compiled]] = [:]
  }

  /// What one thread runs.
  private struct Taken: @unchecked Sendable {
    // Safe: nobody else has it, as said of Idle.
    let compiled: Compiled?
  }

  private let idle = Mutex(Idle())

  /// Runs `body` on what was compiled for `plan`, now if need be.
  func with(_ plan: Plan, compile: (Plan) -> Compiled, _ body: (Compiled) -> Void) {
    let found = idle.withLock { Taken(compiled: $0.compiled[plan]?.popLast()) }.compiled
    if found == nil { Pool.current.compiled.add(1, ordering: .relaxed) }
    let taken = Taken(compiled: found ?? compile(plan))
    if let compiled = taken.compiled { body(compiled) }
    idle.withLock { $0.compiled[plan, default: []].append(taken.compiled!) }
  }
}
