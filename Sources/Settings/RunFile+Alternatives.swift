// What a message offers instead of what can't be: computed by what checks it.
extension RunFile {
  /// Whether a batch, a chunk (nil: as it would be chosen) and a number of workers go together.
  ///
  /// - Parameter fitting: pairs that fit into a chunk's memory.
  func fits(
    batch size: Int, chunk: Int?, workers: Int, reduction: ReductionKind? = nil, fitting: Int = .max
  ) -> Bool {
    guard Limit.batch.holds(size) else { return false }
    let chunk = chunk ?? defaultChunk(batch: size, workers: workers, fitting: fitting)
    guard size % chunk == 0, size / chunk % workers == 0 else { return false }
    let lanes = parallel.lanes ?? defaultLanes(chunks: size / chunk, workers: workers)
    return Self.areLanes(lanes, chunks: size / chunk)
      && (reduction ?? parallel.reduction == .fast || lanes % workers == 0)
  }

  static func areLanes(_ lanes: Int, chunks: Int) -> Bool { lanes.nonzeroBitCount == 1 && chunks % lanes == 0 }

  /// Chunks, batches and numbers of workers near those that were asked for: `take batch.chunk 8 or 16, or 2 workers`.
  ///
  /// - Parameter chunk: the one that doesn't fit, given or chosen.
  func alternatives(chunk: Int, workers: Int, fitting: Int = .max) -> String {
    let size = batch.size
    let chunks = divisors(of: size, around: chunk) { fits(batch: size, chunk: $0, workers: workers) }
    let batches = batches(workers: workers, parallel.reduction, fitting)
    let fewer = (1...workers).dropLast().filter {
      fits(batch: size, chunk: batch.chunk, workers: $0, fitting: fitting)
    }
    var ways: [String] = []
    if !chunks.isEmpty { ways.append("batch.chunk \(list(chunks))") }
    if !batches.isEmpty { ways.append("batch.size \(list(batches))") }
    if !fewer.isEmpty { ways.append("\(list(Array(fewer.suffix(3)))) workers") }
    let fast = parallel.reduction == .fast || !batches.isEmpty ? [] : self.batches(workers: workers, .fast, fitting)
    if !fast.isEmpty { ways.append("parallel.reduction=fast with batch.size \(list(fast))") }
    guard ways.isEmpty else { return "take " + ways.joined(separator: ", or ") }
    // What was asked for suits no other: leaving it open does.
    var open = self
    if parallel.lanes != nil {
      open.parallel.lanes = nil
      return "set parallel.lanes=null and " + open.alternatives(chunk: chunk, workers: workers, fitting: fitting)
    }
    open.batch.chunk = nil
    let chosen = defaultChunk(batch: size, workers: workers, fitting: fitting)
    guard batch.chunk != nil else { return "take 1 worker" }
    return "set batch.chunk=null and " + open.alternatives(chunk: chosen, workers: workers, fitting: fitting)
  }

  /// Numbers of workers that a run of these chunks and lanes can go on with.
  func workersToGoOn(chunk: Int, near workers: Int) -> [Int] {
    let chunks = batch.size / chunk
    return divisors(of: chunks, around: min(workers, chunks)) { fits(batch: batch.size, chunk: chunk, workers: $0) }
  }

  /// Of a resolved run whose chunks make one lane, which leaves it to one worker: what would make more; nil for others.
  package var laneAdvice: String? {
    guard parallel.lanes == 1, parallel.reduction == .exact, let chunk = batch.chunk, batch.size > chunk,
      batch.size / chunk % 2 == 1
    else { return nil }
    var free = self
    free.parallel.lanes = nil
    // Whether or not the run file says which chunks.
    func suits(_ size: Int) -> Bool {
      free.fits(batch: size, chunk: nil, workers: 2) && free.fits(batch: size, chunk: chunk, workers: 2)
    }
    let (size, reach) = (batch.size, 1 << 12)
    let more = [(max(1, size - reach)..<size).last(where: suits), (size + 1...size + reach).first(where: suits)]
    return "batch.size \(size) is \(size / chunk) chunks of \(chunk), an odd number, so only one worker can train it; "
      + "for more take batch.size \(list(more.compactMap { $0 }))"
  }

  /// The nearest batches below and above the run's.
  private func batches(workers: Int, _ reduction: ReductionKind, _ fitting: Int) -> [Int] {
    let (unit, overflow) = workers.multipliedReportingOverflow(by: batch.chunk ?? 1)
    guard !overflow, Limit.batch.holds(unit) else { return [] }
    func suits(_ count: Int) -> Bool {
      count > 0
        && fits(batch: count * unit, chunk: batch.chunk, workers: workers, reduction: reduction, fitting: fitting)
    }
    let (below, reach) = (batch.size / unit, 1 << 12)
    let lower = (max(1, below - reach)..<below + 1).last { suits($0) && $0 * unit != batch.size }
    let upper = (below + 1...below + reach).first(where: suits)
    return [lower, upper].compactMap { $0.map { $0 * unit } }
  }
}

/// The two nearest divisors on each side of `value` that fit.
private func divisors(of count: Int, around value: Int, where fits: (Int) -> Bool) -> [Int] {
  let all = (1...count).filter { count % $0 == 0 && fits($0) }
  return Array(all.filter { $0 <= value }.suffix(2) + all.filter { $0 > value }.prefix(2))
}
