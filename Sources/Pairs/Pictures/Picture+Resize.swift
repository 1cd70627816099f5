import CKernels

extension Picture {
  /// Crops, then resizes as Pillow's antialiased bicubic or bilinear does, byte for byte.
  ///
  /// - Parameters:
  ///   - crop: the part to use; pixels outside have no influence, as if it were cropped first.
  ///   - width: of the resized crop, as `height`.
  ///   - window: the part of the result to compute; by default all.
  /// - Source: Pillow, src/libImaging/Resample.c.
  public func resized(
    _ crop: Rectangle, width: Int, height: Int, by filter: ResizeFilter = .bicubic, window: Rectangle? = nil
  ) -> Picture {
    let window = window ?? Rectangle(x: 0, y: 0, width: width, height: height)
    precondition(whole.contains(crop), "resize: \(crop) of \(self.width) × \(self.height)")
    precondition(
      Rectangle(x: 0, y: 0, width: width, height: height).contains(window), "resize: \(window) of \(width) × \(height)")
    let across = ResizeWeights(filter, from: crop.width, to: width, begin: window.x, outputs: window.width)
    let down = ResizeWeights(filter, from: crop.height, to: height, begin: window.y, outputs: window.height)
    let band = resizedAcross(crop, down.rows, across)
    let result = [UInt8](unsafeUninitializedCapacity: window.width * window.height * 3) { buffer, count in
      ck.resize_down(
        buffer.baseAddress, band, 3 * window.width, down.rows.lowerBound, down.weights, down.bounds, down.taps,
        window.height)
      count = window.width * window.height * 3
    }
    return Picture(width: window.width, height: window.height, pixels: result)
  }

  /// All of this picture.
  public var whole: Rectangle { Rectangle(x: 0, y: 0, width: width, height: height) }

  /// The rows of the crop that the way down needs: `[rows, across.outputs, 3]`.
  private func resizedAcross(_ crop: Rectangle, _ rows: Range<Int>, _ across: ResizeWeights) -> [UInt8] {
    let first = ((crop.y + rows.lowerBound) * width + crop.x) * 3
    return [UInt8](unsafeUninitializedCapacity: rows.count * across.outputs * 3) { buffer, count in
      withUnsafeTemporaryAllocation(byteCount: 16 * crop.width, alignment: 64) { scratch in
        pixels.withUnsafeBufferPointer { pixels in
          ck.resize_across(
            buffer.baseAddress, scratch.baseAddress, pixels.baseAddress! + first, 3 * width, rows.count, crop.width,
            across.weights, across.bounds, across.taps, across.outputs)
        }
      }
      count = rows.count * across.outputs * 3
    }
  }
}

/// What each output takes from which inputs, along one axis.
private struct ResizeWeights {
  let outputs: Int
  let taps: Int
  let weights: [Int32]
  let bounds: [Int32]

  init(_ filter: ResizeFilter, from: Int, to: Int, begin: Int, outputs: Int) {
    let filter = filter == .bilinear ? ck_bilinear : ck_bicubic
    let taps = ck_resize_taps(filter, from, to)
    var weights = [Int32](repeating: 0, count: outputs * taps)
    var bounds = [Int32](repeating: 0, count: 2 * outputs)
    ck_resize_weights(&weights, &bounds, filter, taps, from, to, begin, outputs)
    (self.outputs, self.taps, self.weights, self.bounds) = (outputs, taps, weights, bounds)
  }

  /// All inputs that some output takes.
  var rows: Range<Int> { Int(bounds[0])..<Int(bounds[2 * outputs - 2] + bounds[2 * outputs - 1]) }
}
