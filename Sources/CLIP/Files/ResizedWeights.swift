import Engine

extension CLIPModel {
  /// How position embeddings of another shape become this model's, as OpenCLIP does it.
  ///
  /// - Parameter found: their shape.
  /// - Returns: nil where the parameter isn't one, or can't be resized.
  func resizing(_ declaration: Parameters.Declaration, from found: [Int]) -> (([Float]) -> [Float])? {
    let expected = declaration.shape
    guard expected.count == 2, found.count == 2, found[1] == expected[1], found[0] > 0 else { return nil }
    switch declaration.name {
    case "positional_embedding", "text.positional_embedding":
      return { PositionResizing.line($0, width: expected[1], length: expected[0]) }
    case "visual.positional_embedding":
      guard case .vit(let fields) = configuration.vision, PositionResizing.isGrid(found[0] - fields.tokenCount) else {
        return nil
      }
      return { PositionResizing.grid($0, width: expected[1], tokens: fields.tokenCount, side: fields.grid) }
    default: return nil
    }
  }
}
