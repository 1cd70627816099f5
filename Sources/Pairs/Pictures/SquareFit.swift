/// What weighs a pixel's neighbours where a picture is resized.
public enum ResizeFilter: Sendable {
  case bicubic, bilinear
}

/// How a picture of any shape becomes a square in evaluation.
public struct SquareFit: Sendable, Hashable {
  public enum Way: Sendable {
    /// The shorter side becomes the square's; of the longer one the middle is kept.
    case shortest
    /// The longer side becomes the square's; beside the picture is `fill`.
    case longest
    /// Both sides become the square's, each by its own factor.
    case squash
  }

  public var way: Way
  public var filter: ResizeFilter
  /// The grey beside a picture.
  public var fill: UInt8
  /// How half a pixel of margin is rounded: torchvision to the even number, Hugging Face down.
  public var marginRounding: FloatingPointRoundingRule

  public init(
    _ way: Way = .shortest, by filter: ResizeFilter = .bicubic, fill: UInt8 = 0,
    marginRounding: FloatingPointRoundingRule = .toNearestOrEven
  ) {
    (self.way, self.filter, self.fill, self.marginRounding) = (way, filter, fill, marginRounding)
  }
}

extension Picture {
  /// A square of `side` pixels a side, as OpenCLIP makes it in evaluation.
  public func square(_ side: Int, _ fit: SquareFit = SquareFit()) -> Picture {
    switch fit.way {
    case .shortest: shortestSide(side, fit)
    case .longest: longestSide(side, fit)
    case .squash: resized(whole, width: side, height: side, by: fit.filter)
    }
  }

  /// The centre square after the shorter side became `side` and the longer ⌊side · longer / shorter⌋.
  ///
  /// - Source: torchvision `Resize` and `CenterCrop`, whose `round` takes halves to the even number.
  private func shortestSide(_ side: Int, _ fit: SquareFit) -> Picture {
    let shorter = min(width, height)
    let (wide, high) = (side * width / shorter, side * height / shorter)
    func margin(_ length: Int) -> Int { Int((Double(length - side) / 2).rounded(fit.marginRounding)) }
    let window = Rectangle(x: margin(wide), y: margin(high), width: side, height: side)
    return resized(whole, width: wide, height: high, by: fit.filter, window: window)
  }

  /// The whole picture in the middle of the square, the odd pixel of margin at the right or below.
  ///
  /// - Source: OpenCLIP, `ResizeKeepRatio` and `CenterCropOrPad`.
  private func longestSide(_ side: Int, _ fit: SquareFit) -> Picture {
    let ratio = Double(max(width, height)) / Double(side)
    func shrunk(_ length: Int) -> Int { max(1, min(side, Int((Double(length) / ratio).rounded(.toNearestOrEven)))) }
    let (wide, high) = (shrunk(width), shrunk(height))
    let inside = resized(whole, width: wide, height: high, by: fit.filter)
    var pixels = [UInt8](repeating: fit.fill, count: side * side * 3)
    let (left, top) = ((side - wide) / 2, (side - high) / 2)
    for y in 0..<high {
      let start = ((top + y) * side + left) * 3
      pixels.replaceSubrange(start..<start + 3 * wide, with: inside.pixels[3 * wide * y..<3 * wide * (y + 1)])
    }
    return Picture(width: side, height: side, pixels: pixels)
  }
}
