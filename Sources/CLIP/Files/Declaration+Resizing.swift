import Engine

extension Parameters.Declaration {
  /// How positions of another shape become this parameter's, as OpenCLIP does it.
  ///
  /// - Parameter found: their shape.
  /// - Returns: nil where the parameter doesn't hold positions, or those can't be resized.
  func resizing(from found: [Int]) -> (([Float]) -> [Float])? {
    guard shape.count == 2, found.count == 2, found[1] == shape[1], found[0] > 0 else { return nil }
    let (count, width) = (shape[0], shape[1])
    switch positions {
    case .line: return { PositionResizing.line($0, width: width, length: count) }
    case .grid(let tokens):
      guard PositionResizing.side(ofGrid: found[0] - tokens) != nil,
        let side = PositionResizing.side(ofGrid: count - tokens)
      else { return nil }
      return { PositionResizing.grid($0, width: width, tokens: tokens, side: side) }
    case nil: return nil
    }
  }
}
