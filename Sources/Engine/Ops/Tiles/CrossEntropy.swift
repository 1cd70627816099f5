import CKernels

/// What a row says of its own class among all.
public struct ClassifiedRow: Sendable, Equatable {
  /// f (ln Σ exp(s z) − s z_own)
  public let loss: Double
  /// ∂loss/∂s
  public let dScale: Double
  /// Whether no other class has a product as large.
  public let isHit: Bool
}

/// Cross-entropy of each row's softmax over classes.
///
///     L = f Σ_i (ln Σ_c exp(s z_ic) − s z_iy)      dz = f s (softmax(s z) − 1 at y)
///
/// - Parameters:
///   - z: `[rows, classes]`
///   - own: each row's class, y.
///   - scale: s
///   - factor: f
///   - dz: what the gradient is added to.
public func crossEntropy(
  _ z: Tensor, own: [Int32], scale: Float, factor: Float, addingTo dz: Tensor
) -> [ClassifiedRow] {
  precondition(
    own.count == z.rows && dz.count == z.count && own.allSatisfy { 0..<z.width ~= Int($0) },
    "cross-entropy: z \(z.shape), \(own.count) classes, dz \(dz.shape)")
  let lse = LogSumExp(count: z.rows)
  let mean = Tensor(shape: [z.rows])
  let sums = Tensor(shape: [z.rows])
  inParallel(z.rows, atLeast: 16) { part in
    let (first, at) = (part.lowerBound, part.lowerBound * z.width)
    ck.lse_rows(lse.maximum.pointer + first, lse.sum.pointer + first, z.pointer + at, scale, part.count, z.width)
    ck.lse_finish(sums.pointer + first, lse.maximum.pointer + first, lse.sum.pointer + first, part.count)
    own.withUnsafeBufferPointer {
      ck.cross_entropy(
        dz.pointer + at, mean.pointer + first, z.pointer + at, sums.pointer + first, $0.baseAddress! + first, scale,
        factor * scale, part.count, z.width)
    }
  }
  return own.enumerated().map { row, own in
    let products = UnsafeBufferPointer(start: z.pointer + row * z.width, count: z.width)
    let product = products[Int(own)]
    return ClassifiedRow(
      loss: Double(factor) * (Double(sums.pointer[row]) - Double(scale) * Double(product)),
      dScale: Double(factor) * (Double(mean.pointer[row]) - Double(product)),
      isHit: product.isFinite && products.count { $0 < product } == z.width - 1)
  }
}
