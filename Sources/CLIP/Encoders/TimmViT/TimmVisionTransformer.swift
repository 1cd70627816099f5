import Engine

/// SigLIP's picture encoder: patches with their positions through a transformer, pooled by a latent query.
///
/// Names: those of timm's `VisionTransformer`, below `visual.trunk`.
struct TimmVisionTransformer: ImageEncoder {
  let patchWeight: Parameter
  let patchBias: Parameter
  let positions: Parameter
  let transformer: Transformer
  let norm: LayerNorm
  let pool: LatentPool
  let configuration: ModelConfiguration.TimmViT

  /// timm's for layer norms.
  static let epsilon: Float = 1e-6

  init(_ at: Scope, _ configuration: ModelConfiguration.TimmViT) {
    let sizes = configuration.sizes
    let (width, patch) = (sizes.width, sizes.patchSize)
    let (embeddings, last) = (at.lockGroup(sizes.layers), at.lockGroup(0))
    let filters = Initial.uniform(bound: 1 / Float(3 * patch * patch).squareRoot())
    self.configuration = configuration
    patchWeight = (embeddings / "patch_embed" / "proj" / "weight").parameter([width, 3, patch, patch], filters)
    patchBias = (embeddings / "patch_embed" / "proj" / "bias").parameter([width], filters)
    // Not said to be positions: OpenCLIP, which asks its own towers only, doesn't keep these from decay.
    positions = (embeddings / "pos_embed").parameter([1, configuration.patchCount, width], .normal(deviation: 0.02))
    transformer = Transformer(timm: at / "blocks", sizes.shape)
    norm = LayerNorm(last / "norm", width: width, epsilon: Self.epsilon)
    pool = LatentPool(last / "attn_pool", sizes.shape)
  }

  /// - Parameter pixels: bytes `[count, side, side, 3]`
  /// - Returns: `[count, width]`
  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor {
    let x = placed(pixels, preprocessing, pass)
    let sequences = Sequences(of: x)
    return pass.block(transformer(x, sequences, pass)) { pool(norm($0, $1), sequences, $1) }
  }

  /// Patches with their positions, `[count, patches, width]`.
  private func placed(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor {
    let sizes = configuration.sizes
    let side = configuration.grid * sizes.patchSize
    let cut = patches(
      corners(of: pixels, side: configuration.imageSize, kept: side), side: side, patch: sizes.patchSize,
      mean: preprocessing.mean, deviation: preprocessing.deviation, result: patchWeight.element)
    let kernel = patchWeight.operand(pass).reshaped([sizes.width, cut.width])
    let x = linear(cut, kernel, patchBias.tensor(pass), result: .f32)
    let places = positions.tensor(pass).reshaped([configuration.patchCount, sizes.width])
    let dropout = PatchDropout(fraction: configuration.patchDropout, tokens: 0)
    return dropout(withTokens(x, [], positions: places), pass)
  }

  /// The upper left corners of pictures: a convolution without padding leaves out what fills no patch.
  private func corners(of pixels: [UInt8], side: Int, kept: Int) -> [UInt8] {
    guard kept < side else { return pixels }
    return stride(from: 0, to: pixels.count, by: 3 * side * side).flatMap { picture in
      (0..<kept).flatMap { row in
        let first = picture + 3 * side * row
        return pixels[first..<first + 3 * kept]
      }
    }
  }
}

extension TimmViTSizes {
  /// What the blocks are built by, drawn as timm draws them.
  var shape: TransformerShape {
    let drawn = Initial.normal(deviation: 0.02)
    return TransformerShape(
      width: width, heads: heads, layers: layers, mlpWidth: mlpWidth, causal: false,
      activation: activation == .gelu ? .gelu : .tanhGELU,
      initial: BlockInitial(
        packed: drawn, out: drawn, widen: drawn, widenBias: .constant(0), narrow: drawn, narrowBias: .constant(0)),
      epsilon: TimmVisionTransformer.epsilon, layerScale: nil)
  }
}
