import Engine

// The same blocks under timm's names.
extension ResidualBlock {
  /// Names: those of timm's `Block`.
  init(timm at: Scope, _ shape: TransformerShape) {
    let (width, initial) = (shape.width, shape.initial)
    attentionNorm = LayerNorm(at / "norm1", width: width, epsilon: shape.epsilon)
    packed = Linear(at / "attn" / "qkv", from: width, to: 3 * width, drawn: initial.packed)
    out = Linear(at / "attn" / "proj", from: width, to: width, drawn: initial.out)
    mlpNorm = LayerNorm(at / "norm2", width: width, epsilon: shape.epsilon)
    widen = Linear(
      at / "mlp" / "fc1", from: width, to: shape.mlpWidth, drawn: initial.widen, biasDrawn: initial.widenBias)
    narrow = Linear(
      at / "mlp" / "fc2", from: shape.mlpWidth, to: width, drawn: initial.narrow, biasDrawn: initial.narrowBias)
    addAttention = ResidualSum(at / "ls1", width: width, initial: shape.layerScale)
    addMLP = ResidualSum(at / "ls2", width: width, initial: shape.layerScale)
    self.shape = shape
  }
}

extension Transformer {
  /// Blocks `0`, `1`, …, each a lock group; the last one's number is 0, since no projection of its own follows it.
  ///
  /// - Source: OpenCLIP's `TimmModel.lock`; timm's `group_matcher`.
  init(timm at: Scope, _ shape: TransformerShape) {
    blocks = (0..<shape.layers).map { number in
      ResidualBlock(timm: (at / "\(number)").lockGroup(shape.layers - 1 - number), shape)
    }
  }
}
