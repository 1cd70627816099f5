import Engine

extension Parameters.Declaration {
  /// How positions of another shape become this parameter's, as OpenCLIP does it.
  ///
  /// - Parameter found: their shape.
  /// - Returns: nil where the parameter doesn't hold positions, or those can't be resized.
  func resizing(from found: [Int]) -> (([Float]) -> [Float])? {
    guard let (old, width) = Self.rows(found), let (count, mine) = Self.rows(shape), found.count == shape.count,
      width == mine, old > 0
    else { return nil }
    switch positions ?? timmPositions {
    case .line(let tokens):
      guard old > tokens, count > tokens else { return nil }
      return { PositionResizing.line($0, width: width, tokens: tokens, length: count - tokens) }
    case .grid(let tokens):
      guard PositionResizing.side(ofGrid: old - tokens) != nil,
        let side = PositionResizing.side(ofGrid: count - tokens)
      else { return nil }
      return { PositionResizing.grid($0, width: width, tokens: tokens, side: side) }
    case nil: return nil
    }
  }

  /// timm's positions, which OpenCLIP lets decay, and resizes by timm's `set_input_size`.
  private var timmPositions: Parameters.Positions? { name == "visual.trunk.pos_embed" ? .grid(tokens: 0) : nil }

  /// Positions and their width: `[count, width]`, or timm's `[1, count, width]`; nil of another shape.
  static func rows(_ shape: [Int]) -> (count: Int, width: Int)? {
    let matrix = shape.count == 3 && shape[0] == 1 ? Array(shape.dropFirst()) : shape
    return matrix.count == 2 ? (matrix[0], matrix[1]) : nil
  }
}
