import CKernels
import Synchronization

/// Bytes that the tensors of the calling thread hold: a worker is a thread, so this is the worker's own account.
public enum LiveBytes {
  /// What is held at present.
  public static var now: Int { Int(ck_live_bytes(0)) }

  /// The most that was held since the last call of this, or since the thread began.
  package static func peakSinceLastAsked() -> Int { Int(ck_live_bytes_peak(1)) }

  /// Runs `body` on this thread alone and adds what it took from the system, as in a process that has nothing yet: what
  /// tensors held at once, blocks that no later tensor could use, and the largest scratch block.
  package static func asked<Result>(_ body: () throws -> Result) rethrows -> (Result, bytes: Int) {
    let (pool, threads) = (Pool(), Threads.count)
    Threads.count = 1
    ck_set_thread_pool(Unmanaged.passUnretained(pool).toOpaque())
    defer {
      ck_set_thread_pool(nil)
      Threads.count = threads
    }
    let result = try body()
    return (result, pool.asked.load(ordering: .relaxed) + pool.scratch.load(ordering: .relaxed))
  }

  /// Bytes that the calling thread's pool has of the system, and primitives that were compiled for its threads.
  package static var askedSoFar: (bytes: Int, primitives: Int) {
    let pool = Pool.current
    return (pool.asked.load(ordering: .relaxed), pool.compiled.load(ordering: .relaxed))
  }

  static func change(by bytes: Int) { _ = ck_live_bytes(Int64(bytes)) }
}
