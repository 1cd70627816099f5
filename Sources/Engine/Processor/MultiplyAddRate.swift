import CKernels

/// The processor's limit: what independent multiply-adds in registers come to, the most that any f32 product can.
public enum MultiplyAddRate {
  /// Operations a second of the calling thread's share of the machine, all of its threads at once; two for each
  /// multiply-add.
  ///
  /// - Parameter seconds: how long to repeat it; the best repetition counts.
  public static func peak(seconds: Double = 0.5) -> Double {
    let threads = Threads.count
    // Rounds of a few milliseconds.
    let steps = 1 << 18
    let sums = Tensor(shape: [threads, 192], repeating: 0.5)
    let clock = ContinuousClock()
    let start = clock.now
    var best = 0.0
    repeat {
      let begun = clock.now
      inParallel(threads, atLeast: 1) { part in
        for thread in part { _ = ck.multiply_adds(sums.pointer + thread * 192, steps) }
      }
      let flops = Double(threads * steps * ck.multiply_adds(sums.pointer, 0))
      best = max(best, flops / ((clock.now - begun) / .seconds(1)))
    } while clock.now - start < .seconds(seconds)
    return best
  }
}
