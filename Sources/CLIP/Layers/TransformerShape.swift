import Engine

/// What the blocks of a tower have in common.
struct TransformerShape {
  let width: Int
  let heads: Int
  let layers: Int
  let mlpWidth: Int
  let causal: Bool
  let activation: Activation
  let initial: BlockInitial
  /// What layer norms add to the variance.
  let epsilon: Float
  /// What layer scale starts from; nil for none.
  let layerScale: Float?
}

/// How a block's weights are drawn.
///
/// - Source: OpenCLIP's `CLIP.init_parameters` for texts; PyTorch's own defaults for pictures, where OpenCLIP draws
///   nothing.
struct BlockInitial {
  let packed: Initial
  let out: Initial
  let widen: Initial
  let widenBias: Initial
  let narrow: Initial
  let narrowBias: Initial

  static func text(width: Int, mlpWidth: Int, layers: Int) -> BlockInitial {
    let deviation = Float(width).squareRoot()
    let residual = Initial.normal(deviation: 1 / deviation / Float(2 * layers).squareRoot())
    return BlockInitial(
      packed: .normal(deviation: 1 / deviation), out: residual,
      widen: .normal(deviation: 1 / Float(2 * width).squareRoot()),
      widenBias: .uniform(bound: 1 / deviation), narrow: residual,
      narrowBias: .uniform(bound: 1 / Float(mlpWidth).squareRoot()))
  }

  static func vision(width: Int, mlpWidth: Int) -> BlockInitial {
    let (narrow, wide) = (1 / Float(width).squareRoot(), 1 / Float(mlpWidth).squareRoot())
    return BlockInitial(
      packed: .uniform(bound: (6 / Float(4 * width)).squareRoot()), out: .uniform(bound: narrow),
      widen: .uniform(bound: narrow), widenBias: .uniform(bound: narrow), narrow: .uniform(bound: wide),
      narrowBias: .uniform(bound: wide))
  }
}
