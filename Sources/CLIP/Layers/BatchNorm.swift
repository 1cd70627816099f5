import Engine

/// `batchNorm` with PyTorch's names. In a locked tower the running statistics serve, as with OpenCLIP's
/// `freeze_bn_stats`.
struct BatchNorm {
  let weight: Parameter
  let bias: Parameter
  let mean: Parameter
  let variance: Parameter
  let chunks: Parameter

  /// - Parameter scale: what the weight is before training.
  init(_ at: Scope, width: Int, scale: Float = 1) {
    weight = (at / "weight").parameter([width], .constant(scale))
    bias = (at / "bias").parameter([width], .constant(0))
    mean = (at / "running_mean").statistic([width], 0, .average)
    variance = (at / "running_var").statistic([width], 1, .average)
    chunks = (at / "num_batches_tracked").statistic([], 0, .counter)
  }

  func callAsFunction(_ x: Tensor, _ pass: Pass, plus residual: Tensor? = nil, rectified: Bool = true) -> Tensor {
    let running = RunningStatistics(
      mean: mean.tensor(pass), variance: variance.tensor(pass), chunks: chunks.tensor(pass))
    return batchNorm(
      x, weight.tensor(pass), bias.tensor(pass), running: running,
      mean.declaration.learns ? pass.statistics : .running, plus: residual, rectified: rectified)
  }
}
