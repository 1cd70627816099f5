import CKernels

/// Running log-sum-exp of the rows (or columns) of a matrix that is seen tile by tile.
public struct LogSumExp {
  let maximum: Tensor
  let sum: Tensor

  public init(count: Int) {
    maximum = Tensor(shape: [count], repeating: -.infinity)
    sum = Tensor(shape: [count], repeating: 0)
  }

  /// ln Σ exp of each, `[count]`.
  public func values() -> Tensor {
    let lse = Tensor(shape: maximum.shape)
    ck.lse_finish(lse.pointer, maximum.pointer, sum.pointer, lse.count)
    return lse
  }

  /// The largest logit seen of each.
  public var largest: [Float] { maximum.array }
}

/// A running log-sum-exp of the pairs that take part, with what else the first pass over masked tiles finds.
public struct MaskedLogSumExp {
  public let lse: LogSumExp
  /// Σ S over a row's positives.
  public let positives: Tensor
  /// Pairs in the sum.
  public let seen: Tensor

  public init(count: Int) {
    lse = LogSumExp(count: count)
    positives = Tensor(shape: [count], repeating: 0)
    seen = Tensor(shape: [count], repeating: 0)
  }
}
