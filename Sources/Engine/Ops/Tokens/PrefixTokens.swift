import CKernels

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
  let (batch, count, length, width) = (x.shape[0], tokens.count, x.shape[1], x.width)
  precondition(
    positions.shape == [count + length, width] && tokens.allSatisfy { $0.count == width },
    "withTokens: x \(x.shape), \(count) tokens, positions \(positions.shape)")
  let first = Tensor(shape: [count, width], tokens.flatMap(\.array))
  let y = Tensor(shape: [batch, count + length, width])
  ck.tokens_forward(y.pointer, x.pointer, first.pointer, positions.pointer, batch, count, length, width)

  let into = (x: x.gradient, tokens: tokens.map(\.collector), positions: positions.collector)
  return y.derived(fromAll: [into.x] + tokens.map(\.gradient) + [positions.gradient]) { [into] dy in
    if let (dx, adds) = into.x?.claim() {
      ck.tokens_backward(dx.pointer, dy.pointer, batch, count, length, width, adds ? 1 : 0)
    }
    // The sum over the batch of a token's row is its gradient too.
    let learning = zip([into.positions] + into.tokens, [0..<count + length] + (0..<count).map { $0..<$0 + 1 })
      .compactMap {
        collector, rows in collector.map { (collector: $0, rows: rows) }
      }
    collect(learning.map(\.collector), rows: batch) { samples, places, adds in
      let sums = Tensor(shape: [count + length, width])
      sumColumns(dy.viewed(as: [batch, sums.count]).rows(samples), into: sums, adds: false)
      for (place, (_, rows)) in zip(places, learning) {
        let sum = sums.rows(rows)
        if adds { place.add(sum) } else { place.set(sum) }
      }
    }
  }
}
