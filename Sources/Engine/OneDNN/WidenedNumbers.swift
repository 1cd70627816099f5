// Convolutions of bf16 numbers on a processor that multiplies f32 numbers as fast: operands are widened to f32, which
// loses nothing, sums are f32 as elsewhere, and the result is rounded once.
//
// Strip by strip: what is widened stays in the caches, and takes little memory however large a chunk is, so that a chunk's size
// can be chosen without a look at the processor.

/// Whether the processor's own products take numbers stored so.
func areMultiplied(_ tensors: [Tensor]) -> Bool {
  Processor.multipliesBF16Faster || tensors.allSatisfy { $0.element == .f32 }
}

/// Calls `body` with `y` in f32, and stores there what it leaves.
///
/// - Parameter reads: whether `body` looks at y's numbers.
func withWidened(_ y: Tensor, reads: Bool = false, _ body: (Tensor) -> Void) {
  guard y.element == .bf16 else { return body(y) }
  let wide = reads ? widened(y) : Tensor(scratch: y.shape)
  body(wide)
  y.set(wide)
}

/// The numbers in f32, for as long as a product runs.
func widened(_ x: Tensor) -> Tensor {
  if x.element == .f32 { return x }
  let wide = Tensor(scratch: x.shape)
  wide.set(x)
  return wide
}

extension Tensor {
  /// Numbers that aren't set yet, f32, in memory that counts as a product's, not as a tensor's.
  fileprivate init(scratch shape: [Int]) {
    let bytes = shape.reduce(1, *) * Element.f32.size
    self.init(shape: shape, element: .f32, storage: Storage(bytes: bytes, isCounted: false), offset: 0)
  }
}

/// Ranges that cover `0..<count`, each of as many items as make a strip: 1 MiB of f32, and at least one.
func widenedStrips(_ count: Int, of size: Int) -> [Range<Int>] {
  let step = max(1, (1 << 18) / max(1, size))
  return stride(from: 0, to: count, by: step).map { $0..<min(count, $0 + step) }
}
