import CKernels

/// Looks tokens up in a table and adds their positions.
///
///     y[b, l] = table[tokens[b, l]] + positions[l]
///     dtable[t] = Σ dy where t stands        dpositions = Σ over b of dy
///
/// - Parameters:
///   - tokens: `[batch · length]`, each a row of the table.
///   - table: `[vocabulary, width]`
///   - positions: `[at least length, width]`
/// - Returns: `[batch, length, width]`
public func embedding(_ tokens: [Int32], length: Int, table: Tensor, positions: Tensor) -> Tensor {
  let (count, width) = (tokens.count, table.width)
  precondition(
    count % length == 0 && positions.rows >= length && positions.width == width,
    "embedding: \(count) tokens in rows of \(length), table \(table.shape), positions \(positions.shape)")
  precondition(
    tokens.allSatisfy { $0 >= 0 && $0 < table.rows }, "embedding: a token is outside the table of \(table.rows)")
  let y = Tensor(shape: [count / length, length, width])
  ck.embedding_forward(y.pointer, tokens, table.pointer, positions.pointer, count, length, width)

  let into = (table: table.gradient, positions: positions.gradient)
  return y.derived(from: into.table, into.positions) { [tokens, into] dy in
    if let dtable = into.table?.claimToAdd() {
      ck.embedding_backward(dtable.pointer, tokens, dy.pointer, count, width)
    }
    if let dpositions = into.positions?.claimToAdd() {
      sumColumns(dy.viewed(as: [count / length, length * width]), into: dpositions, adds: true)
    }
  }
}
