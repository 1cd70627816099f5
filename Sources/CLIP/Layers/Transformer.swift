import Engine
import Foundation

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
/// - Source: OpenCLIP's `CLIP.init_parameters` for texts; PyTorch's own defaults for pictures, where OpenCLIP draws nothing.
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

/// One pre-norm transformer block: attention, then a two-layer MLP, each added to what went in.
///
///     x ← x + attn(ln_1(x))
///     x ← x + mlp.c_proj(gelu(mlp.c_fc(ln_2(x))))
///
/// With layer scale what is added is first multiplied by `ls_1.gamma` and `ls_2.gamma`.
///
/// Shapes: `x` is `[batch, length, width]`, in and out.
/// Names: those of OpenCLIP's `ResidualAttentionBlock`, so its checkpoints load without renaming.
struct ResidualBlock {
  let attentionNorm: LayerNorm
  let packed: Linear
  let out: Linear
  let mlpNorm: LayerNorm
  let widen: Linear
  let narrow: Linear
  let addAttention: Addition
  let addMLP: Addition
  let shape: TransformerShape

  init(_ at: Scope, _ shape: TransformerShape) {
    let (width, initial) = (shape.width, shape.initial)
    attentionNorm = LayerNorm(at / "ln_1", width: width, epsilon: shape.epsilon)
    packed = Linear(
      weight: at / "attn" / "in_proj_weight", bias: at / "attn" / "in_proj_bias", from: width, to: 3 * width,
      drawn: initial.packed)
    out = Linear(at / "attn" / "out_proj", from: width, to: width, drawn: initial.out)
    mlpNorm = LayerNorm(at / "ln_2", width: width, epsilon: shape.epsilon)
    widen = Linear(
      at / "mlp" / "c_fc", from: width, to: shape.mlpWidth, drawn: initial.widen, biasDrawn: initial.widenBias)
    narrow = Linear(
      at / "mlp" / "c_proj", from: shape.mlpWidth, to: width, drawn: initial.narrow, biasDrawn: initial.narrowBias)
    addAttention = Addition(at / "ls_1", width: width, initial: shape.layerScale)
    addMLP = Addition(at / "ls_2", width: width, initial: shape.layerScale)
    self.shape = shape
  }

  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    let attended = attention(packed(attentionNorm(x, pass), pass), heads: shape.heads, causal: shape.causal)
    return transformed(addAttention(x, plus: attended, through: out, pass), pass)
  }

  /// The block's result for one row of each sequence: all rows are needed as keys and values, of the rest only these.
  ///
  /// - Parameter rows: which row of each sequence.
  /// - Returns: `[batch, width]`
  func callAsFunction(_ x: Tensor, only rows: [Int], _ pass: Pass) -> Tensor {
    let (length, width) = (x.shape[1], shape.width)
    let picked = rows.enumerated().map { $0.offset * length + $0.element }
    let normed = attentionNorm(x, pass)
    let query = packed(pickRows(normed, picked), pass, outputs: 0..<width)
    let keysAndValues = packed(normed, pass, outputs: width..<3 * width)
    let attended = attendOnce(
      query, keysAndValues, seen: rows.map { shape.causal ? $0 + 1 : length }, heads: shape.heads)
    return transformed(addAttention(pickRows(x, picked), plus: attended, through: out, pass), pass)
  }

  private func transformed(_ x: Tensor, _ pass: Pass) -> Tensor {
    addMLP(x, plus: activate(widen(mlpNorm(x, pass), pass), shape.activation), through: narrow, pass)
  }
}

/// A stack of residual blocks, under `resblocks.0`, `resblocks.1`, …, each a lock group; the last one's number is 1.
struct Transformer {
  let blocks: [ResidualBlock]

  init(_ at: Scope, _ shape: TransformerShape) {
    blocks = (0..<shape.layers).map { number in
      ResidualBlock((at / "resblocks" / "\(number)").lockGroup(shape.layers - number), shape)
    }
  }

  /// The last states of all rows.
  ///
  /// - Parameter x: `[batch, length, width]`
  /// - Returns: of x's shape.
  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor { through(blocks, x, pass) }

  /// The last state of one row for each sequence.
  ///
  /// - Parameters:
  ///   - x: `[batch, length, width]`
  ///   - rows: which row of each sequence.
  /// - Returns: `[batch, width]`
  func callAsFunction(_ x: Tensor, only rows: [Int], _ pass: Pass) -> Tensor {
    precondition(!blocks.isEmpty, "transformer: no blocks")
    let last = blocks[blocks.count - 1]
    return pass.block(through(blocks.dropLast(), x, pass)) { last($0, only: rows, $1) }
  }

  private func through(_ blocks: some Sequence<ResidualBlock>, _ x: Tensor, _ pass: Pass) -> Tensor {
    blocks.reduce(x) { x, block in pass.block(x) { block($0, $1) } }
  }
}
