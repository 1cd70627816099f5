import CKernels

extension Tensor {
  /// Adds `other`, number by number.
  ///
  /// - Parameter other: of as many numbers, stored alike.
  public func add(_ other: Tensor) {
    precondition(
      other.count == count && other.element == element,
      "add: \(other.element) \(other.shape) to \(element) \(shape)")
    let kernel = element.pick(ck.add_f32, ck.add_bf16)
    inParallel(count, atLeast: 1 << 16, unit: 32) { part in
      kernel(at(part.lowerBound), other.at(part.lowerBound), part.count)
    }
  }

  /// Σ x² of an f32 tensor, in f64, by a binary tree over halves:
  ///
  ///     sum(range, h) = sum(lower half, h − 1) + sum(upper half, h − 1)
  ///
  /// So whoever adds up the sums of both halves, found elsewhere with one halving less, gets the same bits.
  public func sumOfSquares(halvings: Int) -> Double {
    // Nodes that far down are found at once; a short tensor isn't worth the threads.
    let depth = count < 1 << 14 ? 0 : min(halvings, 6)
    var sums = [Double](repeating: 0, count: 1 << depth)
    sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums
      inParallel(sums.count, atLeast: 1) { part in
        for i in part { sums[i] = sumOfSquares(node(i, depth), halvings - depth) }
      }
    }
    while sums.count > 1 { sums = stride(from: 0, to: sums.count, by: 2).map { sums[$0] + sums[$0 + 1] } }
    return sums[0]
  }

  /// The i-th node of the tree, from the left, so many halvings down.
  private func node(_ i: Int, _ depth: Int) -> Range<Int> {
    (0..<depth).reversed().reduce(0..<count) { range, bit in
      let middle = range.lowerBound + range.count / 2
      return i >> bit & 1 == 0 ? range.lowerBound..<middle : middle..<range.upperBound
    }
  }

  private func sumOfSquares(_ range: Range<Int>, _ halvings: Int) -> Double {
    guard halvings > 0, range.count > 1 else { return ck.sum_of_squares(pointer + range.lowerBound, range.count) }
    let middle = range.lowerBound + range.count / 2
    return sumOfSquares(range.lowerBound..<middle, halvings - 1) + sumOfSquares(middle..<range.upperBound, halvings - 1)
  }

  /// Whether every number of an f32 tensor is finite: none is infinite or NaN.
  public var isFinite: Bool { ck.all_finite(pointer, count) == 1 }
}
