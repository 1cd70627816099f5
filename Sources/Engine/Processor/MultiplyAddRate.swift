import CKernels

/// The processor's limit: what independent multiply-adds in registers come to, the most that any product can.
public enum MultiplyAddRate {
  /// The most that products of numbers stored so can come to: bf16 numbers are widened where f32's are multiplied faster.
  public static func limit(_ element: Element) -> Double {
    peak(element == .bf16 && Processor.multipliesBF16Faster ? .bf16 : .f32)
  }

  /// Operations a second of the calling thread's share of the machine, all of its threads at once; two for each multiply-add, four in
  /// bf16 for each pair of numbers. 0 in bf16 where the processor has no instruction for it.
  ///
  /// - Parameter seconds: how long to repeat it; the best repetition counts.
  public static func peak(_ element: Element = .f32, seconds: Double = 0.5) -> Double {
    let kernel = element.pick(ck.multiply_adds, ck.pair_multiply_adds)
    let threads = Threads.count
    // Rounds of about a millisecond.
    let steps = 1 << 16
    let sums = Tensor(shape: [threads, 192], repeating: 0.5)
    let clock = ContinuousClock()
    let start = clock.now
    var best = 0.0
    repeat {
      let begun = clock.now
      inParallel(threads, atLeast: 1) { part in
        for thread in part { _ = kernel(sums.pointer + thread * 192, steps) }
      }
      let flops = Double(threads * steps * kernel(sums.pointer, 0))
      best = max(best, flops / ((clock.now - begun) / .seconds(1)))
    } while clock.now - start < .seconds(seconds)
    return best
  }
}
