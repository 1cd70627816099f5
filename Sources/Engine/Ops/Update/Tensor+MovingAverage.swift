import CKernels

extension Tensor {
  /// Moves this average towards values, self ← d · self + (1 − d) · values, written so that the average of what doesn't
  /// change is that, to the bit.
  ///
  /// - Parameters:
  ///   - values: as many numbers, f32.
  ///   - decay: d
  public func average(_ values: Tensor, decay: Double) {
    precondition(values.count == count, "average: \(values.shape) into \(shape)")
    inParallel(count, atLeast: 1 << 15, unit: 16) { part in
      ck.moving_average(pointer + part.lowerBound, values.pointer + part.lowerBound, Float(1 - decay), part.count)
    }
  }
}
