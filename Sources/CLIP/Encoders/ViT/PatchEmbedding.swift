import Engine

/// Pictures as sequences: patches, learned tokens before them, positions.
///
/// Names: those of OpenCLIP's `VisionTransformer`; DeiT's second token has timm's, `dist_token`.
struct PatchEmbedding {
  let convolution: Parameter
  let tokens: [Parameter]
  let positions: Parameter
  let dropout: PatchDropout
  let normBefore: LayerNorm?
  let configuration: ModelConfiguration.ViT

  init(_ at: Scope, _ configuration: ModelConfiguration.ViT) {
    let (width, patch) = (configuration.transformer.width, configuration.patchSize)
    let drawn = Initial.normal(deviation: 1 / Float(width).squareRoot())
    self.configuration = configuration
    convolution = (at / "conv1" / "weight").parameter(
      [width, 3, patch, patch], .uniform(bound: 1 / Float(3 * patch * patch).squareRoot()))
    let names = configuration.distillationToken ? ["class_embedding", "dist_token"] : ["class_embedding"]
    tokens = names.map { (at / $0).parameter([width], drawn) }
    let sines = configuration.positions == .sines
    positions = (at / "positional_embedding").parameter(
      [configuration.tokenCount + configuration.patchCount, width],
      sines ? .table { sineCosinePositions(side: configuration.grid, width: width) } : drawn,
      positions: .grid(tokens: configuration.tokenCount))
    dropout = PatchDropout(fraction: configuration.patchDropout, tokens: configuration.tokenCount)
    normBefore =
      configuration.skipsNormBefore
      ? nil : LayerNorm(at / "ln_pre", width: width, epsilon: configuration.transformer.epsilon)
  }

  /// - Returns: `[count, length, width]`
  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor {
    let cut = patches(
      pixels, side: configuration.imageSize, patch: configuration.patchSize, mean: preprocessing.mean,
      deviation: preprocessing.deviation, result: convolution.element)
    let kernel = convolution.operand(pass).reshaped([configuration.transformer.width, cut.width])
    // Sines stay what they are: without their gradient they don't learn.
    let places = configuration.positions == .sines ? positions.values : positions.tensor(pass)
    let x = dropout(
      withTokens(linear(cut, kernel, result: .f32), tokens.map { $0.tensor(pass) }, positions: places), pass)
    return normBefore.map { $0.stream(x, pass) } ?? x
  }
}
