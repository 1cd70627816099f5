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

  let into = (table: table.collector, positions: positions.collector)
  return y.derived(from: table.gradient, positions.gradient) { [tokens, places, into] dy in
    if let table = into.table { collectRows(table, tokens, dy) }
    if let positions = into.positions { collectRows(positions, places, dy) }
  }
}
