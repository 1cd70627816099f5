import Foundation
import Pairs

/// What a picture is like by no model's account: where its edges lead, its colours, how much of it is edges.
package struct PictureDescriptor: Sendable {
  /// Of 8 × 8 fields the gradients' directions, 9 a field, as one vector of length 1 (Dalal and Triggs, 2005, without
  /// blocks).
  private let directions: [Float]
  /// Of what isn't white, by 4 × 4 × 4 colours; adds up to 1.
  private let colours: [Float]
  /// The gradients' mean length.
  private let edges: Float

  private static let (side, fields, bins) = (64, 8, 9)

  package init(_ picture: Picture) {
    let small =
      picture.width == Self.side && picture.height == Self.side
      ? picture : picture.resized(picture.whole, width: Self.side, height: Self.side)
    colours = Self.colours(small)
    (directions, edges) = Self.gradients(small)
  }

  private static func colours(_ picture: Picture) -> [Float] {
    var counts = [Float](repeating: 0, count: 64)
    for at in stride(from: 0, to: picture.pixels.count, by: 3) {
      let (r, g, b) = (picture.pixels[at], picture.pixels[at + 1], picture.pixels[at + 2])
      if min(r, g, b) < 245 { counts[Int(r / 64) * 16 + Int(g / 64) * 4 + Int(b / 64)] += 1 }
    }
    let sum = max(1, counts.reduce(0, +))
    return counts.map { $0 / sum }
  }

  private static func gradients(_ picture: Picture) -> (directions: [Float], mean: Float) {
    let grey = (0..<side * side).map { i in
      Float(Int(picture.pixels[3 * i]) + Int(picture.pixels[3 * i + 1]) + Int(picture.pixels[3 * i + 2])) / 765
    }
    var (sums, total) = ([Float](repeating: 0, count: fields * fields * bins), Float(0))
    for y in 1..<side - 1 {
      for x in 1..<side - 1 {
        let dx = grey[y * side + x + 1] - grey[y * side + x - 1]
        let dy = grey[(y + 1) * side + x] - grey[(y - 1) * side + x]
        let length = (dx * dx + dy * dy).squareRoot()
        let angle = atan2(dy, dx) / .pi
        // Of one direction and its opposite: an angle of π is one of 0.
        let bin = Int((angle < 0 ? angle + 1 : angle) * Float(bins)) % bins
        sums[(y * fields / side * fields + x * fields / side) * bins + bin] += length
        total += length
      }
    }
    let norm = max(1e-12, sums.reduce(0) { $0 + $1 * $1 }.squareRoot())
    return (sums.map { $0 / norm }, total / Float(side * side))
  }

  /// How far two pictures are apart: 0 is the same, 1 has nothing in common.
  package func distance(to other: PictureDescriptor) -> RungDistance {
    let product = zip(directions, other.directions).reduce(0) { $0 + $1.0 * $1.1 }
    let apart = zip(colours, other.colours).reduce(0) { $0 + abs($1.0 - $1.1) }
    return RungDistance(
      directions: Double(1 - product), colours: Double(apart) / 2,
      edges: Double(abs(edges - other.edges) / max(1e-12, edges + other.edges)))
  }
}

/// How far pictures of a rung are from photographs of the same concepts, in the mean over concepts and over pairs of
/// pictures of each; of photographs, from other photographs.
public struct RungDistance: Sendable, Equatable, Encodable {
  /// 1 − the cosine of the gradients' directions.
  public let directions: Double
  /// Half the sum of the differences of the colours' shares.
  public let colours: Double
  /// The difference of the gradients' mean lengths by their sum.
  public let edges: Double

  public var mean: Double { (directions + colours + edges) / 3 }

  private enum CodingKeys: String, CodingKey { case directions, colours, edges, mean }

  public func encode(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: CodingKeys.self)
    try row.encode(directions, forKey: .directions)
    try row.encode(colours, forKey: .colours)
    try row.encode(edges, forKey: .edges)
    try row.encode(mean, forKey: .mean)
  }

  init(directions: Double, colours: Double, edges: Double) {
    (self.directions, self.colours, self.edges) = (directions, colours, edges)
  }

  /// The mean of some; nil of none.
  init?(meanOf all: [RungDistance]) {
    guard !all.isEmpty else { return nil }
    func mean(_ part: (RungDistance) -> Double) -> Double { all.reduce(0) { $0 + part($1) } / Double(all.count) }
    self.init(directions: mean(\.directions), colours: mean(\.colours), edges: mean(\.edges))
  }

  /// From one rung to another, by concept.
  init?(from one: [String: [PictureDescriptor]], to other: [String: [PictureDescriptor]], isSame: Bool) {
    self.init(
      meanOf: one.sorted { $0.key < $1.key }.compactMap { concept, pictures in
        RungDistance(
          meanOf: pictures.enumerated().flatMap { i, picture in
            (other[concept] ?? []).enumerated().filter { !isSame || $0.offset != i }.map {
              picture.distance(to: $0.element)
            }
          })
      })
  }
}
