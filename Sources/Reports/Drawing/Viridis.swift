/// Colours from dark blue over green to yellow: evenly spaced to the eye, also to one that doesn't tell red from green,
/// and in print.
///
/// - Source: matplotlib's viridis, nine of its colours and straight lines between them.
package enum Viridis {
  private static let colors: [(Double, Double, Double)] = [
    (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99),
    (170, 220, 50), (253, 231, 37),
  ]

  /// - Parameter share: from 0 to 1.
  /// - Returns: `#rrggbb`
  package static func color(_ share: Double) -> String {
    let place = min(1, max(0, share.isFinite ? share : 0)) * Double(colors.count - 1)
    let (low, part) = (min(Int(place), colors.count - 2), place - Double(min(Int(place), colors.count - 2)))
    let (a, b) = (colors[low], colors[low + 1])
    return "#" + [(a.0, b.0), (a.1, b.1), (a.2, b.2)].map { hex($0 + part * ($1 - $0)) }.joined()
  }

  private static func hex(_ value: Double) -> String {
    let digits = String(Int(value.rounded()), radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }
}
