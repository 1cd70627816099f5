import Engine

/// What a model with a distillation token makes of pictures.
public struct TokenFeatures {
  /// `[count, embeddingWidth]`, through the class token and its projection; half as wide where tokens are joined.
  public let ofClass: Tensor
  /// The same through the distillation token and its own projection: what learns from a teacher.
  public let ofDistillation: Tensor
}

extension VisionTransformer {
  /// Both tokens' features. Contrast uses their mean, as DeiT's classifier uses the mean of both heads.
  ///
  /// - Source: Touvron et al., “Training data-efficient image transformers & distillation through attention”, 2021.
  func tokenFeatures(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> TokenFeatures {
    guard let secondProjection else { preconditionFailure("token features: a tower without a distillation token") }
    let x = embedding(pixels, preprocessing, pass)
    let sequences = Sequences(of: x)
    let states = transformer(x, sequences, pass)
    func features(_ token: Int, _ projection: Parameter) -> Tensor {
      let rows = pickRows(states, sequences.firstRows.map { $0 + token })
      return linear(normAfter(rows, pass), projection.operand(pass), transposed: true, result: .f32)
    }
    return TokenFeatures(ofClass: features(0, projection), ofDistillation: features(1, secondProjection))
  }
}

extension VisionTransformer {
  /// What both tokens say together, `[count, embeddingWidth]`: their mean, or unit rows of both side by side.
  func joint(_ tokens: TokenFeatures) -> Tensor {
    configuration.joinsTokens
      ? joinedColumns(unitRows(tokens.ofClass), unitRows(tokens.ofDistillation))
      : mean(tokens.ofClass, tokens.ofDistillation)
  }
}

extension CLIPModel {
  /// Whether pictures have a distillation token; `tokenFeatures` is for those that have.
  public var hasDistillationToken: Bool { (visual as? VisionTransformer)?.secondProjection != nil }

  /// Features through both tokens, rows of length 1, and what `imageFeatures` gives, their mean where they aren't joined:
  /// one pass for all.
  public func tokenFeatures(_ pixels: [UInt8], _ pass: Pass = .evaluation) -> (TokenFeatures, mean: Tensor) {
    guard let visual = visual as? VisionTransformer else {
      preconditionFailure("token features: the image tower is no vision transformer")
    }
    let both = visual.tokenFeatures(pixels, preprocessing, pass)
    return (
      TokenFeatures(ofClass: unitRows(both.ofClass), ofDistillation: unitRows(both.ofDistillation)),
      unitRows(visual.joint(both))
    )
  }
}

/// (a + b) / 2 of two `[rows, width]`.
func mean(_ a: Tensor, _ b: Tensor) -> Tensor {
  let (rows, width) = (a.rows, a.width)
  let pairs = joinedColumns(a, b).reshaped([2 * rows, width])
  return meanRows(pairs, (0..<rows).map { 2 * $0..<2 * $0 + 2 })
}
