import CKernels

/// Cuts pictures into patches and normalizes them, for a product with a convolution's weight.
///
///     row = (byte / 255 − mean) / deviation, channel by channel, as in `conv1.weight`'s rows
///
/// - Parameters:
///   - pixels: bytes `[batch, side, side, 3]`
///   - mean, deviation: of each channel, in 0…1.
/// - Returns: `[batch, patches, 3 · patch²]`, stored as `result`. Nobody asks for the gradient of a picture. They are
///   cut again for backward rather than kept: the bytes are a fourth of the size.
public func patches(
  _ pixels: [UInt8], side: Int, patch: Int, mean: [Float], deviation: [Float], result: Element = .f32
) -> Tensor {
  let size = side * side * 3
  precondition(
    side % patch == 0 && pixels.count % size == 0 && mean.count == 3 && deviation.count == 3,
    "patches: \(pixels.count) bytes, side \(side), patch \(patch)")
  let (batch, across) = (pixels.count / size, side / patch)
  let scale = deviation.map { 1 / (255 * $0) }
  let shift = zip(mean, deviation).map { -$0 / $1 }
  let kernel = result.pick(ck.patches_f32, ck.patches_bf16)
  let cut = {
    let rows = Tensor(shape: [batch, across * across, 3 * patch * patch], element: result)
    pixels.withUnsafeBufferPointer { pixels in
      inParallel(batch, atLeast: 4) { part in
        let at = part.lowerBound
        kernel(
          rows.at(at * across * across * rows.width), pixels.baseAddress! + at * size, scale, shift, part.count, side,
          patch)
      }
    }
    return rows
  }
  var rows = cut()
  rows.recipe = cut
  return rows
}
