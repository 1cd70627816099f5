import CKernels
import Glibc

/// Puts learned tokens before each sequence and adds positions to all.
///
///     y[b] = [tokens; x[b]] + positions
///
/// - Parameters:
///   - x: `[batch, length, width]`
///   - tokens: n of `[width]` each.
///   - positions: `[n + length, width]`
/// - Returns: `[batch, n + length, width]`
public func withTokens(_ x: Tensor, _ tokens: [Tensor], positions: Tensor) -> Tensor {
  if tokens.count == 1 { return withClassToken(x, classToken: tokens[0], positions: positions) }
  let (batch, prefix, length, width) = (x.shape[0], tokens.count, x.shape[1], x.width)
  let all = (prefix + length) * width
  precondition(
    positions.count == all && tokens.allSatisfy { $0.count == width },
    "withTokens: x \(x.shape), \(prefix) tokens, positions \(positions.shape)")
  let y = Tensor(shape: [batch, prefix + length, width])
  for b in 0..<batch {
    for (t, token) in tokens.enumerated() { memcpy(y.at(b * all + t * width), token.at(0), width * 4) }
    memcpy(y.at(b * all + prefix * width), x.at(b * length * width), length * width * 4)
    ck_add_f32(y.at(b * all), positions.at(0), all)
  }

  let into = (x: x.gradient, tokens: tokens.map(\.gradient), positions: positions.gradient)
  let sources = [into.x, into.positions] + into.tokens
  return y.derived(fromAll: sources) { [into] dy in
    if let dx = into.x?.claimToAdd() {
      for b in 0..<batch { ck_add_f32(dx.at(b * length * width), dy.at(b * all + prefix * width), length * width) }
    }
    let sums = Tensor(shape: [prefix + length, width])
    ck_sum_batch(sums.pointer, dy.pointer, batch, sums.count, 0)
    into.positions?.claimToAdd().add(sums)
    for (t, place) in into.tokens.enumerated() { place?.claimToAdd().add(sums.rows(t..<t + 1)) }
  }
}

/// Adds one row to all.
///
///     y = x + row        dx = dy,  drow = Σ rows of dy
///
/// - Parameters:
///   - x: `[…, width]`, f32.
///   - row: `width` numbers.
public func plusRow(_ x: Tensor, _ row: Tensor) -> Tensor {
  precondition(row.count == x.width, "plusRow: x \(x.shape), row \(row.shape)")
  let y = Tensor(shape: x.shape)
  y.set(x)
  inParallel(x.rows, atLeast: 64) { part in
    for r in part { ck_add_f32(y.at(r * x.width), row.at(0), x.width) }
  }

  return y.derived(from: x.gradient, row.gradient) { [into = (x: x.gradient, row: row.gradient)] dy in
    if let (drow, adds) = into.row?.claim() { sumColumns(dy, into: drow, adds: adds) }
    into.x?.accept(dy)
  }
}
