import Foundation

/// Fixed positions of a square grid: a row of zeros for the class token, then of each place sines and cosines of its
/// column and of its row, `[1 + side², width]`.
///
///     sin(p ω_i), cos(p ω_i), ω_i = 10000^(−4i / width), i < width / 4
///
/// - Source: OpenCLIP's `get_2d_sincos_pos_embed`, where the column comes first.
func sineCosinePositions(side: Int, width: Int) -> [Float] {
  let quarter = width / 4
  func waves(_ place: Int) -> [Float] {
    let angles = (0..<quarter).map { Double(place) / pow(10000, Double($0) / Double(quarter)) }
    return angles.map { Float(sin($0)) } + angles.map { Float(cos($0)) }
  }
  let grid = (0..<side).flatMap { row in (0..<side).flatMap { column in waves(column) + waves(row) } }
  return Array(repeating: 0, count: width) + grid
}
