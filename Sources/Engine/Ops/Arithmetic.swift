import CKernels

extension Tensor {
  /// self += other
  public func add(_ other: Tensor) {
    precondition(
      other.count == count && other.element == element,
      "add: \(other.element) \(other.shape) to \(element) \(shape)")
    let kernel = element.pick(ck_add_f32, ck_add_bf16)
    inParallel(count, atLeast: 1 << 16, unit: 32) { part in
      kernel(at(part.lowerBound), other.at(part.lowerBound), part.count)
    }
  }

  /// Σ x² of each range, by a binary tree over halves:
  ///
  ///     sum(range, h) = sum(lower half, h − 1) + sum(upper half, h − 1)
  ///
  /// So whoever adds up the sums of both halves, found elsewhere with one halving less, gets the same bits.
  public func sumsOfSquares(of ranges: [Range<Int>], halvings: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: ranges.count)
    sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums
      inParallel(sums.count, atLeast: 1) { part in
        for i in part { sums[i] = sumOfSquares(ranges[i], halvings) }
      }
    }
    return sums
  }

  private func sumOfSquares(_ range: Range<Int>, _ halvings: Int) -> Double {
    guard halvings > 0, range.count > 1 else { return ck_sum_of_squares(pointer + range.lowerBound, range.count) }
    let middle = range.lowerBound + range.count / 2
    return sumOfSquares(range.lowerBound..<middle, halvings - 1) + sumOfSquares(middle..<range.upperBound, halvings - 1)
  }

  /// Whether no number is infinite or not a number.
  public var isFinite: Bool { ck_all_finite(pointer, count) == 1 }
}
