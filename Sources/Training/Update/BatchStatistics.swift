import Engine

/// The running batch statistics of a model's normalizations, which follow what chunks find step by step.
///
///     running ← (1 − m) running + m · sum over chunks / chunks        m = 0.1
///
/// - Source: PyTorch's `BatchNorm2d`, which moves them once a forward pass; for one chunk a step it is the same.
struct BatchStatistics {
  private let parameters: Parameters

  init(of parameters: Parameters) { self.parameters = parameters }

  /// Moves each toward what the step's chunks found, and counts the step.
  ///
  /// - Parameter sums: over chunks, in the statistics' places.
  func move(toward sums: BucketedGradients) {
    let momentum: Float = 0.1
    var waiting: [(value: Tensor, sum: Tensor)] = []
    for declaration in parameters.averages {
      let place = (value: parameters.part(declaration, of: parameters.values), sum: sums.part(declaration))
      guard declaration.role == .counter else {
        waiting.append(place)
        continue
      }
      let chunks = place.sum.buffer[0]
      // Nothing was found where the running statistics served.
      if chunks > 0 {
        place.value.buffer[0] += 1
        for (value, sum) in waiting {
          for i in value.buffer.indices {
            value.buffer[i] = (1 - momentum) * value.buffer[i] + momentum * (sum.buffer[i] / chunks)
          }
        }
      }
      waiting = []
    }
  }
}
