import Engine

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
