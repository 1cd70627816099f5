import Foundation

/// Multi-head attention within each sequence whose weights are partly left out, as BERT trains:
///
///     p = softmax(q kᵀ / √d)      o = (m p) v        m: 0 or 1 / (1 − share)
///     dv = (m p)ᵀ do,  dp = m (do vᵀ),  ds = p (dp − Σ p dp) / √d,  dq = ds k,  dk = dsᵀ q
///
/// Keeps nothing but what it was given, as `attention`, and is slower: texts are short.
///
/// - Parameters:
///   - packed: `[rows, 3 · width]`, f32: each row q, then k, then v, each `heads` × d numbers.
///   - sequences: the rows'.
/// - Returns: `[rows, width]`, f32, heads side by side.
/// - Source: Vaswani et al., 2017; transformers, `BertSelfAttention`.
public func droppedAttention(_ packed: Tensor, _ sequences: Sequences, heads: Int, _ dropout: Dropout) -> Tensor {
  precondition(
    packed.rows == sequences.rows && packed.width % (3 * heads) == 0 && packed.element == .f32
      && sequences.hides == nil,
    "droppedAttention: packed \(packed.shape), \(packed.element), \(sequences.rows) rows, \(heads) heads")
  dropout.require(sequences)
  let y = Tensor(shape: packed.shape.dropLast() + [packed.width / 3])
  overHeads(sequences, heads) { sequence, head in
    let one = HeadOfSequence(packed, sequences, sequence, head, heads)
    one.forward(into: y.pointer, dropout)
  }

  return y.derived(from: packed.gradient) {
    [packed = packed.viewed(as: packed.shape), place = packed.gradient] dy in
    guard let dpacked = place?.claimToAdd() else { return }
    overHeads(sequences, heads) { sequence, head in
      let one = HeadOfSequence(packed, sequences, sequence, head, heads)
      one.backward(into: dpacked.pointer, from: dy.pointer, dropout)
    }
  }
}

private func overHeads(_ sequences: Sequences, _ heads: Int, _ body: (_ sequence: Int, _ head: Int) -> Void) {
  sequences.shared(heads: heads) { part in
    for pair in part { body(pair / heads, pair % heads) }
  }
}

/// One head of one sequence: rows `row` numbers apart, of which its own are `width` long.
private struct HeadOfSequence {
  typealias Numbers = UnsafeMutablePointer<Float>

  let packed: Numbers
  let (sequence, head, heads): (Int, Int, Int)
  let (first, length, width): (Int, Int, Int)
  private var row: Int { 3 * heads * width }
  private var scale: Float { 1 / Float(width).squareRoot() }

  init(_ packed: Tensor, _ sequences: Sequences, _ sequence: Int, _ head: Int, _ heads: Int) {
    self.packed = packed.pointer
    (self.sequence, self.head, self.heads) = (sequence, head, heads)
    (first, length) = (sequences[sequence].lowerBound, sequences[sequence].count)
    width = packed.width / 3 / heads
  }

  /// Row i of the queries (0), keys (1) or values (2).
  private func at(_ block: Numbers, _ part: Int, _ i: Int) -> Numbers {
    block + (first + i) * row + (part * heads + head) * width
  }

  private func output(_ block: Numbers, _ i: Int) -> Numbers { block + ((first + i) * heads + head) * width }

  func forward(into y: Numbers, _ dropout: Dropout) {
    withWeights(dropout) { p, m in
      for i in 0..<length {
        let yi = output(y, i)
        yi.update(repeating: 0, count: width)
        for j in 0..<length { add(at(packed, 2, j), times: p[i * length + j] * m[i * length + j], to: yi) }
      }
    }
  }

  func backward(into dpacked: Numbers, from dy: Numbers, _ dropout: Dropout) {
    withWeights(dropout) { p, m in
      for i in 0..<length {
        let (pi, mi, dyi) = (p + i * length, m + i * length, output(dy, i))
        // dp replaces m, which is through with once dv has its part.
        for j in 0..<length where mi[j] != 0 {
          add(dyi, times: pi[j] * mi[j], to: at(dpacked, 2, j))
          mi[j] *= dot(dyi, at(packed, 2, j))
        }
        var mean: Float = 0
        for j in 0..<length { mean += pi[j] * mi[j] }
        for j in 0..<length {
          let ds = pi[j] * (mi[j] - mean) * scale
          add(at(packed, 1, j), times: ds, to: at(dpacked, 0, i))
          add(at(packed, 0, i), times: ds, to: at(dpacked, 1, j))
        }
      }
    }
  }

  /// Calls `body` with p and m, `[length, length]` each, which are its own.
  private func withWeights(_ dropout: Dropout, _ body: (_ p: Numbers, _ m: Numbers) -> Void) {
    let count = length * length
    Scratch.with(bytes: 2 * count * MemoryLayout<Float>.size) { bytes in
      let p = bytes.assumingMemoryBound(to: Float.self)
      let m = p + count
      for i in 0..<length {
        for j in 0..<length { p[i * length + j] = scale * dot(at(packed, 0, i), at(packed, 1, j)) }
        softmax(p + i * length)
      }
      dropout.each(of: sequence, part: head, count) { m[$0] = $1 }
      body(p, m)
    }
  }

  private func softmax(_ row: Numbers) {
    var largest = row[0]
    for j in 1..<max(1, length) { largest = max(largest, row[j]) }
    var sum: Float = 0
    for j in 0..<length {
      row[j] = exp(row[j] - largest)
      sum += row[j]
    }
    for j in 0..<length { row[j] /= sum }
  }

  private func add(_ x: Numbers, times factor: Float, to y: Numbers) {
    for i in 0..<width { y[i] += factor * x[i] }
  }

  /// In eight sums, which one instruction or two can add to at once.
  private func dot(_ x: Numbers, _ y: Numbers) -> Float {
    var sums = SIMD8<Float>(repeating: 0)
    var i = 0
    while i + 8 <= width {
      let (a, b) = (UnsafeRawPointer(x + i), UnsafeRawPointer(y + i))
      sums += a.loadUnaligned(as: SIMD8<Float>.self) * b.loadUnaligned(as: SIMD8<Float>.self)
      i += 8
    }
    var sum = sums.sum()
    while i < width {
      sum += x[i] * y[i]
      i += 1
    }
    return sum
  }
}
