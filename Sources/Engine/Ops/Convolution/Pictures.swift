import CKernels

/// Pictures as convolutions take them.
///
///     y = (byte / 255 − mean) / deviation, channel by channel
///
/// - Parameters:
///   - pixels: bytes `[batch, side, side, 3]`
///   - mean, deviation: of each channel, in 0…1.
/// - Returns: `[batch, side, side, 3]`, stored as `result`. Nobody asks for the gradient of a picture. It is made again for
///   backward rather than kept.
public func pictures(
  _ pixels: [UInt8], side: Int, mean: [Float], deviation: [Float], result: Element = .f32
) -> Tensor {
  precondition(
    pixels.count % (side * side * 3) == 0 && mean.count == 3 && deviation.count == 3,
    "pictures: \(pixels.count) bytes, side \(side)")
  let scale = deviation.map { 1 / (255 * $0) }
  let shift = zip(mean, deviation).map { -$0 / $1 }
  let kernel = result.pick(ck.pictures_f32, ck.pictures_bf16)
  let normalized = {
    let y = Tensor(shape: [pixels.count / (side * side * 3), side, side, 3], element: result)
    pixels.withUnsafeBufferPointer { pixels in
      inParallel(pixels.count / 3, atLeast: 1 << 14, unit: 64) { part in
        kernel(y.at(3 * part.lowerBound), pixels.baseAddress! + 3 * part.lowerBound, scale, shift, part.count)
      }
    }
    return y
  }
  var y = normalized()
  y.recipe = normalized
  return y
}

/// Puts the mean of each sequence before it and adds positions to all.
///
///     y[b] = [Σ x[b] / length; x[b]] + positions
///
/// - Parameters:
///   - x: `[batch, length, width]`
///   - positions: `[1 + length, width]`, f32.
/// - Returns: `[batch, 1 + length, width]`, stored as x.
public func withMeanToken(_ x: Tensor, positions: Tensor) -> Tensor {
  let (batch, length, width) = (x.shape[0], x.shape[1], x.width)
  precondition(
    x.shape.count == 3 && positions.shape == [length + 1, width],
    "withMeanToken: x \(x.shape), positions \(positions.shape)")
  let y = Tensor(shape: [batch, length + 1, width], element: x.element)
  let forward = x.element.pick(ck.mean_token_forward_f32, ck.mean_token_forward_bf16)
  inParallel(batch, atLeast: 1) { part in
    forward(y.at(0), x.at(0), positions.pointer, part.lowerBound, part.upperBound, length, width)
  }

  let into = (x: x.gradient, positions: positions.gradient)
  return y.derived(from: into.x, into.positions) { [into] dy in
    if let (dx, adds) = into.x?.claim() {
      let backward = dx.element.pick(ck.mean_token_backward_f32, ck.mean_token_backward_bf16)
      inParallel(batch, atLeast: 1) { part in
        backward(dx.at(0), dy.at(0), part.lowerBound, part.upperBound, length, width, adds ? 1 : 0)
      }
    }
    if let (dpositions, adds) = into.positions?.claim() {
      sumColumns(dy.viewed(as: [batch, dpositions.count]), into: dpositions, adds: adds)
    }
  }
}

/// Rows side by side: y = [a | b].
///
/// - Parameters:
///   - a, b: of one shape, `[…, width]`, and one element.
/// - Returns: `[…, 2 · width]`
public func joinedColumns(_ a: Tensor, _ b: Tensor) -> Tensor {
  precondition(
    a.shape == b.shape && a.element == b.element, "joinedColumns: \(a.element) \(a.shape), \(b.element) \(b.shape)")
  let (rows, width, shape, element) = (a.rows, a.width, a.shape, a.element)
  let y = Tensor(shape: shape.dropLast() + [2 * width], element: element)
  element.pick(ck.join_columns_f32, ck.join_columns_bf16)(y.at(0), a.at(0), b.at(0), rows, width)

  let into = (a: a.gradient, b: b.gradient)
  return y.derived(from: into.a, into.b) { [into] dy in
    let (da, db) = (Tensor(shape: shape, element: element), Tensor(shape: shape, element: element))
    element.pick(ck.part_columns_f32, ck.part_columns_bf16)(da.at(0), db.at(0), dy.at(0), rows, width)
    into.a?.accept(da)
    into.b?.accept(db)
  }
}
