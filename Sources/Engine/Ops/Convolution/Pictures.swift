import CKernels

/// Pictures as convolutions take them.
///
///     y = (byte / 255 − mean) / deviation, channel by channel
///
/// - Parameters:
///   - pixels: bytes `[batch, side, side, 3]`
///   - mean, deviation: of each channel, in 0…1.
/// - Returns: `[batch, side, side, 3]`, stored as `result`. Nobody asks for the gradient of a picture. It is made again
///   for backward rather than kept.
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
