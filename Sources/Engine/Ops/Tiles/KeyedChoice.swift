import CKernels

/// For each row of a batch, exactly n of the others at random, told from the row's key and a limit alone.
///
///     h(j) = m(m(j ⊕ a) ⊕ b)        row i chooses j ≠ i where h(j) < limit
///
/// (a, b) is the row's key and m a bijection of 32-bit words, so a row's hashes all differ and some limit has exactly n
/// of them below it. The choice depends on the keys alone: not on tiles, threads or workers.
///
/// - Source: m is Wellons' lowbias32, “Prospecting for hash functions”, 2018.
public struct KeyedChoice {
  /// Two words a row.
  let keys: [UInt32]
  /// A row chooses those whose hash is below its limit; 0 for rows that aren't known yet, which choose none.
  public private(set) var limits: [UInt32]

  /// The number of rows.
  public var count: Int { limits.count }

  /// A choice in which no row has a limit yet.
  ///
  /// - Parameter keys: all rows', two words each.
  public init(keys: [UInt32]) {
    self.keys = keys
    limits = [UInt32](repeating: 0, count: keys.count / 2)
  }

  /// This choice with limits that were found elsewhere, one a row.
  public func withLimits(_ limits: [UInt32]) -> KeyedChoice {
    precondition(limits.count == count, "choice: \(limits.count) limits for \(count) rows")
    var choice = self
    choice.limits = limits
    return choice
  }

  /// Finds the limits of `rows`, so that each chooses `n` others. - Precondition: 0 < n < count − 1.
  public func choosing(_ n: Int, for rows: Range<Int>) -> KeyedChoice {
    precondition(n > 0 && n < count - 1, "choice: \(n) of \(count - 1) others")
    var choice = self
    choice.limits.withUnsafeMutableBufferPointer { limits in
      inParallel(rows.count, atLeast: 4) { part in
        var hashes = [UInt32](repeating: 0, count: count)
        for row in part.lowerBound + rows.lowerBound..<part.upperBound + rows.lowerBound {
          limits[row] = limit(of: row, n, &hashes)
        }
      }
    }
    return choice
  }

  /// A limit with exactly n hashes of others below it: hashes are uniform, so interpolation finds it in a few counts.
  private func limit(of row: Int, _ n: Int, _ hashes: inout [UInt32]) -> UInt32 {
    withPointers(row) { key, _ in ck.choice_hashes(&hashes, key, count) }
    hashes[row] = .max
    var (low, high) = ((limit: UInt64(0), below: 0), (limit: UInt64(1) << 32, below: count - 1))
    var tries = 0
    while true {
      let width = high.limit - low.limit
      let share = tries % 4 == 3 ? 0.5 : (Double(n - low.below) + 0.5) / (Double(high.below - low.below) + 1)
      let limit = min(max(low.limit + UInt64(Double(width) * share), low.limit + 1), high.limit - 1)
      let below = ck.count_below(hashes, UInt32(limit), count)
      if below == n { return UInt32(limit) }
      if below < n { low = (limit, below) } else { high = (limit, below) }
      tries += 1
    }
  }

  func withPointers<Result>(
    _ row: Int, _ body: (_ keys: UnsafePointer<UInt32>, _ limits: UnsafePointer<UInt32>) -> Result
  ) -> Result {
    keys.withUnsafeBufferPointer { keys in
      limits.withUnsafeBufferPointer { body(keys.baseAddress! + 2 * row, $0.baseAddress! + row) }
    }
  }
}
