import Engine

/// The picture encoder: patches and a class token through a transformer, pooled to one state, projected.
///
/// Names: those of OpenCLIP's `VisionTransformer`, below `visual`.
struct VisionTransformer: ProjectedImageEncoder {
  let embedding: PatchEmbedding
  let transformer: Transformer
  /// What pools states by a query; nil where they are pooled without.
  let pool: AttentionalPool?
  let normAfter: LayerNorm
  let projection: Parameter
  /// The distillation token's projection; nil without that token.
  let secondProjection: Parameter?
  let configuration: ModelConfiguration.ViT

  init(_ at: Scope, _ configuration: ModelConfiguration.ViT, _ model: ModelConfiguration) {
    let fields = configuration.transformer
    let width = fields.width
    let drawn = Initial.normal(deviation: 1 / Float(width).squareRoot())
    self.configuration = configuration
    embedding = PatchEmbedding(at.lockGroup(fields.layers + 1), configuration)
    transformer = Transformer(
      at / "transformer",
      fields.shape(
        heads: configuration.heads, causal: false, initial: .vision(width: width, mlpWidth: fields.mlpWidth),
        quickGELU: model.quickGELU))
    let poolWidth = configuration.attentionalPool ? model.embeddingWidth : width
    // OpenCLIP has it in no group: where a tower is locked, its pool is.
    pool =
      configuration.attentionalPool
      ? AttentionalPool((at / "attn_pool").lockGroup(.max), configuration, width: poolWidth) : nil
    normAfter = LayerNorm((at / "ln_post").lockGroup(1), width: poolWidth, epsilon: fields.epsilon)
    let tokenWidth = configuration.tokenWidth(model.embeddingWidth)
    projection = (at / "proj").parameter([poolWidth, tokenWidth], drawn)
    secondProjection =
      configuration.distillationToken ? (at / "proj_dist").parameter([width, tokenWidth], drawn) : nil
  }

  /// - Parameter pixels: bytes `[count, side, side, 3]`
  /// - Returns: `[count, embeddingWidth]`
  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor {
    if secondProjection != nil {
      return joint(tokenFeatures(pixels, preprocessing, pass))
    }
    return projected(states(pixels, preprocessing, pass), pass)
  }

  /// Nil with a distillation token, which has a projection of its own.
  var stateWidth: Int? { secondProjection == nil ? projection.declaration.shape[0] : nil }
  var projectionGroup: Int? { 0 }

  func states(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor {
    pooled(embedding(pixels, preprocessing, pass), pass)
  }

  func projected(_ states: Tensor, _ pass: Pass) -> Tensor {
    linear(states.cast(to: projection.element), projection.operand(pass), transposed: true, result: .f32)
  }

  /// One normalized state for each sequence, `[count, width]`.
  private func pooled(_ x: Tensor, _ pass: Pass) -> Tensor {
    let sequences = Sequences(of: x)
    if let pool {
      return normAfter(pass.block(transformer(x, sequences, pass)) { pool($0, sequences, $1) }, pass)
    }
    switch configuration.pooling {
    // The norm goes row by row, so before or after picking one is the same.
    case .classToken: return normAfter(transformer(x, sequences, only: sequences.firstRows, pass), pass)
    case .average:
      let states = transformer(x, sequences, pass)
      let patches = (0..<sequences.count).map { sequences[$0].dropFirst() }
      return configuration.poolsFirst
        ? normAfter(meanRows(states, patches), pass) : meanRows(normAfter(states, pass), patches)
    }
  }
}
