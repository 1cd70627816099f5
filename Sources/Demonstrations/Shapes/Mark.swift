import Foundation

/// What a mark looks like.
enum Shape: String, CaseIterable, Sendable {
  case circle, square, triangle, star

  /// The radius of the circle around a shape of this area.
  func radius(area: Double) -> Double {
    switch self {
    case .circle: (area / .pi).squareRoot()
    case .square: (area / 2).squareRoot()
    case .triangle: (area * 4 / (3 * 3.0.squareRoot())).squareRoot()
    case .star: (area / (5 * Self.starDent * sin(.pi / 5))).squareRoot()
    }
  }

  /// Of a star the radius of its inner corners, as a share of the outer ones'.
  private static let starDent = 0.4

  /// The corners on a circle of radius 1, clockwise from the top; none of a circle.
  private var corners: [(x: Double, y: Double)] {
    func ring(_ count: Int, turned: Double = 0, radius: (Int) -> Double = { _ in 1 }) -> [(x: Double, y: Double)] {
      (0..<count).map { number in
        let angle = 2 * .pi * (Double(number) + turned) / Double(count)
        return (radius(number) * sin(angle), -radius(number) * cos(angle))
      }
    }
    return switch self {
    case .circle: []
    case .square: ring(4, turned: 0.5)
    case .triangle: ring(3)
    case .star: ring(10) { $0 % 2 == 0 ? 1 : Self.starDent }
    }
  }

  /// As SVG, around a place, of an area.
  func svg(x: Double, y: Double, area: Double, fill: String) -> String {
    let radius = radius(area: area)
    if self == .circle {
      return "<circle cx=\"\(short(x))\" cy=\"\(short(y))\" r=\"\(short(radius))\" fill=\"\(fill)\"/>"
    }
    let points = corners.map { "\(short(x + radius * $0.x)),\(short(y + radius * $0.y))" }.joined(separator: " ")
    return "<polygon points=\"\(points)\" fill=\"\(fill)\"/>"
  }
}

/// What colour a mark has, by a word that everybody has for it.
enum Ink: String, CaseIterable, Sendable {
  case red, blue, green, yellow, purple, orange, black, pink

  var hex: String {
    switch self {
    case .red: "#d62020"
    case .blue: "#2040d6"
    case .green: "#1f9a3c"
    case .yellow: "#f2c400"
    case .purple: "#7d2bb5"
    case .orange: "#f07a13"
    case .black: "#151515"
    case .pink: "#f58fbf"
    }
  }
}

/// A shape of a colour: what scenes are made of, and what is kept apart in training and test.
struct Item: Hashable, Sendable {
  let shape: Shape
  let ink: Ink

  /// “red circle”.
  var words: String { "\(ink) \(shape)" }
  /// “red circles”; no shape here has a plural of its own kind.
  var plural: String { words + "s" }

  /// A number for each, of which the parts of a split are made.
  var number: Int { (Shape.allCases.firstIndex(of: shape) ?? 0) + (Ink.allCases.firstIndex(of: ink) ?? 0) }
}

/// `12.25`
func short(_ value: Double) -> String { String(format: "%.2f", value) }
