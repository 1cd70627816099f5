import CKernels

/// Looks tokens up in a table and adds their positions.
///
///     y[r] = table[tokens[r]] + positions[place of r in its sequence]
///     dtable[t] = Σ dy where t stands        dpositions[p] = Σ dy of the rows that stand there
///
/// - Parameters:
///   - tokens: of all sequences, one after another, each a row of the table.
///   - table: `[vocabulary, width]`
///   - positions: `[at least the longest sequence, width]`
/// - Returns: `[tokens.count, width]`
public func embedding(_ tokens: [Int32], _ sequences: Sequences, table: Tensor, positions: Tensor) -> Tensor {
  let (count, width) = (tokens.count, table.width)
  precondition(
    count == sequences.rows && positions.rows >= sequences.longest && positions.width == width,
    "embedding: \(count) tokens, \(sequences.rows) rows in sequences, table \(table.shape), positions \(positions.shape)"
  )
  precondition(
    tokens.allSatisfy { $0 >= 0 && $0 < table.rows }, "embedding: a token is outside the table of \(table.rows)")
  let y = Tensor(shape: [count, width])
  let places = sequences.places
  ck.embedding_forward(y.pointer, tokens, places, table.pointer, positions.pointer, count, width)

  let into = (table: table.gradient, positions: positions.gradient)
  return y.derived(from: into.table, into.positions) { [tokens, places, into] dy in
    for (place, rows) in [(into.table, tokens), (into.positions, places)] {
      guard let gradient = place?.claimToAdd() else { continue }
      ck.embedding_backward(gradient.pointer, rows, dy.pointer, count, width)
    }
  }
}
