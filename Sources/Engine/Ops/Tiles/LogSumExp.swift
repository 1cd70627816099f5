import CKernels

/// Running log-sum-exp of the rows (or columns) of a matrix that is seen tile by tile.
public struct LogSumExp {
  let maximum: Tensor
  let sum: Tensor

  /// Nothing seen yet of `count` rows.
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
}

/// A running log-sum-exp of the pairs that take part, with what else the first pass over masked tiles finds.
public struct MaskedLogSumExp {
  /// Over the pairs that count.
  public let lse: LogSumExp
  /// Σ S over each row's positives, `[count]`.
  public let positives: Tensor
  /// How many pairs count in each row, `[count]`.
  public let seen: Tensor

  /// Nothing seen yet of `count` rows.
  public init(count: Int) {
    lse = LogSumExp(count: count)
    positives = Tensor(shape: [count], repeating: 0)
    seen = Tensor(shape: [count], repeating: 0)
  }
}
