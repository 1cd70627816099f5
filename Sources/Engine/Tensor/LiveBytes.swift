import CKernels
import Synchronization

/// Bytes that the tensors of the calling thread hold: a worker is a thread, so this is the worker's own account.
public enum LiveBytes {
  /// What is held at present.
  public static var now: Int { Int(ck_live_bytes(0)) }

  /// The most that was held since the last call of this, or since the thread began.
  package static func peakSinceLastAsked() -> Int { Int(ck_live_bytes_peak(1)) }

  /// Runs `body` and adds what it took from the system, as in a process that has nothing yet: what tensors held at
  /// once, and blocks of sizes that no later tensor had. Other threads must not use tensors the while.
  package static func asked<Result>(_ body: () throws -> Result) rethrows -> (Result, bytes: Int) {
    Pool.shared.releaseFree()
    let before = Pool.asked.load(ordering: .relaxed)
    let result = try body()
    return (result, Pool.asked.load(ordering: .relaxed) - before)
  }

  static func change(by bytes: Int) { _ = ck_live_bytes(Int64(bytes)) }
}
