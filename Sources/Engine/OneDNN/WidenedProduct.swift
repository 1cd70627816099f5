// Products and convolutions of bf16 numbers on a processor that has no instructions for them: operands are widened to f32, which
// loses nothing, sums are f32 as elsewhere, and the result is rounded once.
//
// Strip by strip: what is widened stays in the caches, and takes little memory however large a chunk is, so that a chunk's size
// can be chosen without a look at the processor.

/// Whether the processor's own products take numbers stored so.
func areMultiplied(_ tensors: [Tensor]) -> Bool {
  Processor.multipliesBF16 || tensors.allSatisfy { $0.element == .f32 }
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

/// `product` of factors that are widened.
func widenedProduct(_ a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool, bias: Tensor?, plus: Tensor?) {
  if a.shape[0] > 1 {
    precondition(plus == nil, "product: a stack of \(a.shape) with an addend")
    for part in widenedStrips(a.shape[0], of: a.shape[1] * a.shape[2] + c.shape[1] * c.shape[2]) {
      multiply(a.stacked(part), b.stacked(part), into: c.stacked(part), adds, bias, nil)
    }
  } else if a.isPlain && c.isPlain {
    let wide = b.over(widened(b.tensor))
    for rows in widenedStrips(a.shape[1], of: a.shape[2] + c.shape[2]) {
      multiply(a.rows(rows), wide, into: c.rows(rows), adds, bias, plus.map { c.over($0).rows(rows).tensor })
    }
  } else if a.transposed.isPlain && b.isPlain && bias == nil && plus == nil {
    withWidened(c.tensor, reads: adds) { sums in
      for steps in widenedStrips(a.shape[2], of: a.shape[1] + b.shape[2]) {
        multiply(
          a.transposed.rows(steps).transposed, b.rows(steps), into: c.over(sums), adds || steps.lowerBound > 0, nil, nil
        )
      }
    }
  } else {
    multiply(a, b, into: c, adds, bias, plus)
  }
}

private func multiply(_ a: Matrix, _ b: Matrix, into c: Matrix, _ adds: Bool, _ bias: Tensor?, _ plus: Tensor?) {
  withWidened(c.tensor, reads: adds) { sums in
    product(
      a.over(widened(a.tensor)), b.over(widened(b.tensor)), into: c.over(sums), adds: adds,
      bias: bias, plus: plus)
  }
}

extension Matrix {
  /// Whether it is one matrix whose rows lie one after another.
  fileprivate var isPlain: Bool { shape[0] == 1 && strides[2] == 1 && strides[1] == shape[2] }

  /// Some rows of a plain matrix.
  fileprivate func rows(_ range: Range<Int>) -> Matrix {
    let width = shape[2]
    return Matrix(
      tensor.elements(range.lowerBound * width..<range.upperBound * width).viewed(as: [range.count, width]))
  }

  /// Some matrices of a stack, laid out as they are there.
  fileprivate func stacked(_ range: Range<Int>) -> Matrix {
    Matrix(
      tensor: tensor.elements(range.lowerBound * strides[0]..<range.upperBound * strides[0]),
      shape: [range.count, shape[1], shape[2]], strides: strides)
  }
}
