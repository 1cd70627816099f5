import CKernels

/// The mean of each square window; windows don't overlap, and what is left over at the right and below isn't read.
///
///     y[b, i, j, c] = Σ over u, v of x[b, k i + u, k j + v, c] / k²        dx = dy / k² for each number of the window
///
/// - Parameter x: `[batch, height, width, channels]`
/// - Returns: `[batch, height / window, width / window, channels]`
public func averagePool(_ x: Tensor, window: Int) -> Tensor {
  precondition(
    x.shape.count == 4 && x.shape[1] >= window && x.shape[2] >= window,
    "averagePool: windows of \(window) on \(x.shape)")
  let (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.width)
  let y = Tensor(shape: [batch, height / window, width / window, channels], element: x.element)
  let forward = x.element.pick(ck.average_pool_forward_f32, ck.average_pool_forward_bf16)
  inParallel(batch * y.shape[1], atLeast: 4) { part in
    forward(y.at(0), x.at(0), part.lowerBound, part.upperBound, height, width, channels, window)
  }

  return y.derived(from: x.gradient) { [place = x.gradient] dy in
    guard let (dx, adds) = place?.claim() else { return }
    let backward = dx.element.pick(ck.average_pool_backward_f32, ck.average_pool_backward_bf16)
    inParallel(batch * height, atLeast: 8) { part in
      backward(
        dx.at(0), dy.at(0), part.lowerBound, part.upperBound, height, width, channels, window, adds ? 1 : 0)
    }
  }
}

/// The largest number of each square window; padding never is.
///
///     y[b, i, j, c] = max over u, v of x[b, s i + u − p, s j + v − p, c]        dx = dy at the first of the largest
///
/// - Parameter x: `[batch, height, width, channels]`
/// - Returns: `[batch, (height + 2p − window) / s + 1, …, channels]`
public func maxPool(_ x: Tensor, window: Int, stride: Int, padding: Int = 0) -> Tensor {
  precondition(
    x.shape.count == 4 && window <= 16 && 2 * padding <= window && x.shape[1] + 2 * padding >= window
      && x.shape[2] + 2 * padding >= window,
    "maxPool: windows of \(window), stride \(stride), padding \(padding), on \(x.shape)")
  let (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.width)
  let (down, across) = ((height + 2 * padding - window) / stride + 1, (width + 2 * padding - window) / stride + 1)
  let y = Tensor(shape: [batch, down, across, channels], element: x.element)
  let winner = Storage(bytes: y.count)
  let forward = x.element.pick(ck.max_pool_forward_f32, ck.max_pool_forward_bf16)
  inParallel(batch * down, atLeast: 4) { part in
    forward(
      y.at(0), winner.pointer.assumingMemoryBound(to: UInt8.self), x.at(0), part.lowerBound, part.upperBound, height,
      width, channels, window, stride,
      padding)
  }

  return y.derived(from: x.gradient) { [winner, place = x.gradient] dy in
    guard let dx = place?.claimToAdd() else { return }
    let backward = dx.element.pick(ck.max_pool_backward_f32, ck.max_pool_backward_bf16)
    inParallel(batch, atLeast: 1) { part in
      backward(
        dx.at(0), dy.at(0), winner.pointer.assumingMemoryBound(to: UInt8.self), part.lowerBound, part.upperBound,
        height, width, channels, window, stride,
        padding)
    }
  }
}
