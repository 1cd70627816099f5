import Engine

/// The picture encoder: patches and a class token through a transformer; the class token's last state is the picture's.
///
/// Names: those of OpenCLIP's `VisionTransformer`, below `visual`.
struct VisionTransformer: ImageEncoder {
  let convolution: Parameter
  let classToken: Parameter
  let positions: Parameter
  let normBefore: LayerNorm
  let transformer: Transformer
  let normAfter: LayerNorm
  let projection: Parameter
  let configuration: ModelConfiguration.ViT

  init(_ at: Scope, _ configuration: ModelConfiguration.ViT, embeddingWidth: Int, activation: Activation) {
    let (width, patch) = (configuration.width, configuration.patchSize)
    let drawn = Initial.normal(deviation: 1 / Float(width).squareRoot())
    self.configuration = configuration
    convolution = (at / "conv1" / "weight").parameter(
      [width, 3, patch, patch], .uniform(bound: 1 / Float(3 * patch * patch).squareRoot()))
    classToken = (at / "class_embedding").parameter([width], drawn)
    positions = (at / "positional_embedding").parameter([1 + configuration.patchCount, width], drawn)
    normBefore = LayerNorm(at / "ln_pre", width: width)
    transformer = Transformer(
      at / "transformer",
      TransformerShape(
        width: width, heads: configuration.heads, layers: configuration.layers, mlpWidth: configuration.mlpWidth,
        causal: false, activation: activation, initial: .vision(width: width, mlpWidth: configuration.mlpWidth)))
    normAfter = LayerNorm(at / "ln_post", width: width)
    projection = (at / "proj").parameter([width, embeddingWidth], drawn)
  }

  /// - Parameter pixels: bytes `[count, side, side, 3]`
  /// - Returns: `[count, embeddingWidth]`
  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, mode: EncodingMode) -> Tensor {
    let cut = patches(
      pixels, side: configuration.imageSize, patch: configuration.patchSize, mean: preprocessing.mean,
      deviation: preprocessing.deviation, result: convolution.element)
    let kernel = convolution.operand.reshaped([configuration.width, cut.width])
    let x = withClassToken(
      linear(cut, kernel, result: .f32), classToken: classToken.tensor, positions: positions.tensor)
    let pooled = transformer(normBefore.stream(x), only: Array(repeating: 0, count: x.shape[0]))
    return linear(normAfter(pooled), projection.operand, transposed: true, result: .f32)
  }
}
