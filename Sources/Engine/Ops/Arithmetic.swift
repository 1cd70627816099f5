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

  /// Σ x², summed in pieces of fixed size, so that the result doesn't depend on the number of threads.
  public var sumOfSquares: Double {
    let piece = 1 << 16
    var sums = [Double](repeating: 0, count: (count + piece - 1) / piece)
    sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums
      inParallel(sums.count, atLeast: 1) { part in
        for i in part { sums[i] = ck_sum_of_squares(pointer + i * piece, min(piece, count - i * piece)) }
      }
    }
    return sums.reduce(0, +)
  }

  /// Whether no number is infinite or not a number.
  public var isFinite: Bool { ck_all_finite(pointer, count) == 1 }
}
