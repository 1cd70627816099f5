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
  /// - Parameter x: the rows of all sequences, `[…, width]`.
  /// - Returns: of x's shape.
  func callAsFunction(_ x: Tensor, _ sequences: Sequences, _ pass: Pass) -> Tensor {
    through(blocks, x, sequences, pass)
  }

  /// The last state of one row for each sequence.
  ///
  /// - Parameters:
  ///   - x: the rows of all sequences, `[…, width]`.
  ///   - rows: which row of x for each sequence; its last where attention is causal.
  /// - Returns: `[sequences.count, width]`
  func callAsFunction(_ x: Tensor, _ sequences: Sequences, only rows: [Int], _ pass: Pass) -> Tensor {
    precondition(!blocks.isEmpty, "transformer: no blocks")
    let last = blocks[blocks.count - 1]
    return pass.block(through(blocks.dropLast(), x, sequences, pass)) { last($0, sequences, only: rows, $1) }
  }

  private func through(
    _ blocks: some Sequence<ResidualBlock>, _ x: Tensor, _ sequences: Sequences, _ pass: Pass
  ) -> Tensor {
    blocks.reduce(x) { x, block in pass.block(x) { block($0, sequences, $1) } }
  }
}
