/// The minimum of a smooth function by L-BFGS, which keeps what the last ten steps told of the curvature.
///
/// It ends where no part of the gradient exceeds 1e-6, where rounding lets no step descend any more, or after so many
/// iterations.
///
/// - Parameters:
///   - value: of the function at a place, and its gradient.
/// - Source: Nocedal, Wright, “Numerical optimization”, 2006, algorithms 7.4 and 7.5.
package func minimum(
  from start: [Double], mostIterations: Int, _ value: ([Double]) -> (value: Double, gradient: [Double])
) -> (place: [Double], iterations: Int) {
  var (place, found) = (start, value(start))
  var memory = Curvature()
  for iteration in 0..<mostIterations {
    if found.gradient.allSatisfy({ abs($0) <= 1e-6 }) { return (place, iteration) }
    let direction = memory.direction(found.gradient)
    guard let step = descent(from: place, found, along: direction, value) else { return (place, iteration) }
    memory.add(
      step: zip(step.place, place).map { $0 - $1 }, change: zip(step.found.gradient, found.gradient).map { $0 - $1 })
    (place, found) = (step.place, step.found)
  }
  return (place, mostIterations)
}

private typealias Found = (value: Double, gradient: [Double])

/// A step that descends enough and reaches where the slope is less steep, by bisection: nil where there is none.
///
/// - Source: Lewis, Overton, “Nonsmooth optimization via quasi-Newton methods”, 2013, algorithm 2.6 (weak Wolfe).
private func descent(
  from place: [Double], _ found: Found, along direction: [Double], _ value: ([Double]) -> Found
) -> (place: [Double], found: Found)? {
  let slope = dot(found.gradient, direction)
  guard slope < 0 else { return nil }
  var (low, high, length) = (0.0, Double.infinity, 1.0)
  for _ in 0..<40 {
    let next = zip(place, direction).map { $0 + length * $1 }
    let there = value(next)
    if !(there.value <= found.value + 1e-4 * length * slope) {
      high = length
    } else if dot(there.gradient, direction) < 0.9 * slope {
      low = length
    } else {
      return (next, there)
    }
    length = high.isFinite ? (low + high) / 2 : 2 * low
  }
  return nil
}

/// The last steps, each with how the gradient changed along it.
private struct Curvature {
  private var pairs: [(step: [Double], change: [Double], product: Double)] = []

  mutating func add(step: [Double], change: [Double]) {
    let product = dot(step, change)
    guard product > 0 else { return }
    pairs = pairs.suffix(9) + [(step, change, product)]
  }

  /// Against the gradient, bent by what is known of the curvature.
  func direction(_ gradient: [Double]) -> [Double] {
    var direction = gradient.map { -$0 }
    var parts: [Double] = []
    for pair in pairs.reversed() {
      parts.append(dot(pair.step, direction) / pair.product)
      add(-parts[parts.count - 1], pair.change, to: &direction)
    }
    let scale =
      pairs.last.map { $0.product / dot($0.change, $0.change) } ?? 1 / max(1, dot(gradient, gradient).squareRoot())
    for i in direction.indices { direction[i] *= scale }
    for (pair, part) in zip(pairs, parts.reversed()) {
      add(part - dot(pair.change, direction) / pair.product, pair.step, to: &direction)
    }
    return direction
  }

  private func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
    for i in y.indices { y[i] += factor * x[i] }
  }
}

private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
