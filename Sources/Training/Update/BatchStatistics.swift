import Engine

/// Moves every average of batch statistics toward what the step's chunks found, and counts the step.
///
///     average ← (1 − m) average + m · sum over chunks / chunks        m = 0.1
///
/// - Parameter sums: over chunks, in the averages' places.
/// - Source: PyTorch's `BatchNorm2d`, which moves them once a forward pass; for one chunk a step it is the same.
func updateAverages(_ parameters: Parameters, _ sums: BucketedGradients) {
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
