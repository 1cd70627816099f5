// Products and convolutions of bf16 numbers on a processor that has no instructions for them: operands are widened to
// f32, which loses nothing, sums are f32 as elsewhere, and the result is rounded once.

/// Whether the processor's own products take numbers stored so.
func areMultiplied(_ tensors: [Tensor]) -> Bool {
  Processor.multipliesBF16 || tensors.allSatisfy { $0.element == .f32 }
}

/// Calls `body` with `y` in f32, and stores there what it leaves.
///
/// - Parameter reads: whether `body` looks at y's numbers.
func withWidened(_ y: Tensor, reads: Bool = false, _ body: (Tensor) -> Void) {
  guard y.element == .bf16 else { return body(y) }
  let wide = reads ? y.converted(to: .f32) : Tensor(shape: y.shape)
  body(wide)
  y.set(wide)
}

/// c = a · b as `product` computes it, over operands widened to f32.
func widenedProduct(_ a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool, bias: Tensor?, plus: Tensor?) {
  withWidened(c.tensor, reads: adds) { sums in
    product(
      a.over(a.tensor.converted(to: .f32)), b.over(b.tensor.converted(to: .f32)), into: c.over(sums), adds: adds,
      bias: bias, plus: plus?.converted(to: .f32))
  }
}
