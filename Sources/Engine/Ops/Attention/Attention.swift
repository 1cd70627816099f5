import CKernels

/// Multi-head attention within each sequence, over packed queries, keys and values.
///
///     p = softmax(q kᵀ / √d)      o = p v
///     dv = pᵀ do,  dp = do vᵀ,  ds = p (dp − Σ p dp) / √d,  dq = ds k,  dk = dsᵀ q
///
/// Keeps nothing but what it was given: backward computes p again. One head of one sequence is done at a time, in f32
/// whatever the element, and is small enough to stay in the caches.
///
/// - Parameters:
///   - packed: `[rows, 3 · width]`: each row q, then k, then v, each `heads` × d numbers.
///   - sequences: the rows'. Of one that hides its last row, p is 0 there.
///   - causal: a sequence's row i sees its rows 0…i only.
/// - Returns: `[rows, width]`, heads side by side, stored as `packed`.
/// - Source: Vaswani et al., “Attention is all you need”, 2017.
public func attention(_ packed: Tensor, _ sequences: Sequences, heads: Int, causal: Bool) -> Tensor {
  precondition(
    packed.rows == sequences.rows && packed.width % (3 * heads) == 0,
    "attention: packed \(packed.shape), \(sequences.rows) rows in sequences, \(heads) heads")
  let width = packed.width / 3 / heads
  let scale = 1 / Float(width).squareRoot()
  let element = packed.element
  let y = Tensor(shape: packed.shape.dropLast() + [heads * width], element: element)
  let forward = element.pick(ck.attention_forward_f32, ckOfBF16.attention_forward_bf16)
  overHeads(sequences, heads, width) { part, scratch in
    forward(
      y.at(0), packed.at(0), scratch, sequences.starts, sequences.hides, scale, part.lowerBound, part.upperBound, heads,
      width, causal ? 1 : 0)
  }

  return y.derived(from: packed.gradient) { [kept = packed.kept, place = packed.gradient] dy in
    guard let (dpacked, adds) = place?.claim() else { return }
    let packed = kept()
    let backward = element.pick(ck.attention_backward_f32, ckOfBF16.attention_backward_bf16)
    overHeads(sequences, heads, width) { part, scratch in
      backward(
        dpacked.at(0), dy.at(0), packed.at(0), scratch, sequences.starts, sequences.hides, scale, part.lowerBound,
        part.upperBound, heads, width, causal ? 1 : 0, adds ? 1 : 0)
    }
  }
}

/// Shares (sequence, head) pairs among the threads; each thread gets memory to work in.
private func overHeads(
  _ sequences: Sequences, _ heads: Int, _ width: Int, _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
) {
  let floats = ck_attention_scratch(sequences.longest, width)
  sequences.shared(heads: heads) { part in
    Scratch.with(bytes: floats * MemoryLayout<Float>.size) { body(part, $0.assumingMemoryBound(to: Float.self)) }
  }
}
