import COneDNN

/// Threads of the calling worker, for oneDNN's convolutions and for `inParallel` alike.
///
/// The setting belongs to the calling thread, so workers of one process don't share it. One by default: one worker a
/// core.
public enum Threads {
  /// How many threads the calling worker uses.
  public static var count: Int {
    get { Int(omp_get_max_threads()) }
    set {
      // Else OpenMP may give fewer than are counted on (OMP_DYNAMIC=true), and what they should have done isn't.
      omp_set_dynamic(0)
      omp_set_num_threads(CInt(newValue))
    }
  }

  /// Throws where the environment (OMP_THREAD_LIMIT) allows no so many threads.
  public static func require(_ count: Int) throws(ProcessorError) {
    let limit = Int(omp_get_thread_limit())
    guard count <= limit else { throw .threadLimit(limit, wanted: count) }
  }
}

/// Calls `body` on several threads with disjoint ranges that together cover `0..<count`; returns when all are done.
///
/// - Parameters:
///   - grain: the least number of items worth a thread of their own.
///   - unit: ranges begin at multiples of it, so that two threads don't write to one cache line.
func inParallel(_ count: Int, atLeast grain: Int, unit: Int = 1, _ body: (Range<Int>) -> Void) {
  let threads = min(Threads.count, count / max(grain, 1))
  guard threads > 1 else { return body(0..<count) }
  withoutActuallyEscaping(body) { body in
    var job = Job(body: body, units: (count + unit - 1) / unit, unit: unit, count: count)
    // Safe: the ranges are disjoint, and GOMP_parallel returns only after every thread has.
    withUnsafeMutablePointer(to: &job) { job in
      GOMP_parallel(
        {
          $0?.assumingMemoryBound(to: Job.self).pointee.run(Int(omp_get_thread_num()), of: Int(omp_get_num_threads()))
        }, job, CUnsignedInt(threads), 0)
    }
  }
}

private struct Job {
  let body: (Range<Int>) -> Void
  let units: Int
  let unit: Int
  let count: Int

  func run(_ part: Int, of parts: Int) {
    let first = units * part / parts * unit
    let last = min(count, units * (part + 1) / parts * unit)
    if first < last { body(first..<last) }
  }
}
