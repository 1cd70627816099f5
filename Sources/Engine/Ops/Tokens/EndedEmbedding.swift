import CKernels

/// Looks tokens up in a table, puts one learned row at each sequence's end, and adds positions that are given.
///
///     y[r] = table[tokens[r]] + positions[places[r]]        y[last r] = ending + positions[places[r]]
///     dtable[t] = Σ dy where t stands,  dending = Σ dy of last rows,  dpositions[p] = Σ dy of the rows that stand there
///
/// - Parameters:
///   - tokens: of all sequences' rows, each a row of the table; those of last rows are passed over.
///   - places: of all sequences' rows, each a row of the positions.
///   - table: `[vocabulary, width]`
///   - ending: `[width]`
///   - positions: `[…, width]`
/// - Returns: `[tokens.count, width]`
public func endedEmbedding(
  _ tokens: [Int32], places: [Int32], _ sequences: Sequences, table: Tensor, ending: Tensor, positions: Tensor
) -> Tensor {
  let (count, width) = (tokens.count, table.width)
  precondition(
    count == sequences.rows && places.count == count && ending.count == width && positions.width == width,
    "endedEmbedding: \(count) tokens, \(places.count) places, \(sequences.rows) rows, table \(table.shape)")
  precondition(
    tokens.allSatisfy { 0..<Int32(table.rows) ~= $0 } && places.allSatisfy { 0..<Int32(positions.rows) ~= $0 },
    "endedEmbedding: a token is outside the table of \(table.rows), or a place outside \(positions.rows)")
  let y = Tensor(shape: [count, width])
  ck.embedding_forward(y.pointer, tokens, places, table.pointer, positions.pointer, count, width)
  for row in sequences.lastRows {
    ck.embedding_forward(y.pointer + row * width, [0], [places[row]], ending.pointer, positions.pointer, 1, width)
  }

  let into = (table: table.gradient, ending: ending.gradient, positions: positions.gradient)
  return y.derived(from: into.table, into.ending, into.positions) { [tokens, places, sequences, into] dy in
    if let gradient = into.positions?.claimToAdd() {
      ck.embedding_backward(gradient.pointer, places, dy.pointer, count, width)
    }
    if let gradient = into.ending?.claimToAdd() {
      for row in sequences.lastRows { ck.embedding_backward(gradient.pointer, [0], dy.pointer + row * width, 1, width) }
    }
    guard let gradient = into.table?.claimToAdd() else { return }
    for rows in (0..<sequences.count).map({ sequences[$0].dropLast() }) {
      ck.embedding_backward(
        gradient.pointer, Array(tokens[rows]), dy.pointer + rows.lowerBound * width, rows.count, width)
    }
  }
}
