/// The gradient of `f` at `x` by central differences, for some of the elements:
///
///     ∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x − h eᵢ)) / 2h
///
/// - Parameters:
///   - indices: the elements to vary; see `sampledIndices`.
///   - step: h. For an f computed in float32 near 1e-2 · |xᵢ|: rounding costs ε·|f|/h, curvature h².
///   - f: sums its result in Double, so that the rounding of the sum doesn't drown the difference.
/// - Returns: one derivative for each of `indices`.
public func centralDifferences(
  at x: [Float], indices: [Int], step: Float, _ f: ([Float]) throws -> Double
) rethrows -> [Float] {
  var x = x
  return try indices.map { i in
    let middle = x[i]
    defer { x[i] = middle }
    let (above, below) = (middle + step, middle - step)
    x[i] = above
    let high = try f(x)
    x[i] = below
    let low = try f(x)
    // What was really stepped, after rounding.
    return Float((high - low) / (Double(above) - Double(below)))
  }
}

/// `samples` indices of `0..<count`, spread evenly with both ends among them; all when there are no more.
public func sampledIndices(of count: Int, samples: Int = 16) -> [Int] {
  guard count > samples, samples > 1 else { return Array(0..<count) }
  return (0..<samples).map { $0 * (count - 1) / (samples - 1) }
}
