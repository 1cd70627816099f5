/// Multiplies every row by a weight, with what is added to it in the same pass.
///
///     y = x Wᵀ + b + r        dx = dy W,  dW = dyᵀ x,  db = Σ rows of dy,  dr = dy
///
/// - Parameters:
///   - x: `[…, in]`
///   - weight: `[out, in]`, or `[in, out]` if `transposed` (OpenCLIP's projections: y = x W).
///   - bias: `[out]`
///   - residual: `[…, out]`, f32: what the result is added to.
///   - result: how the result is stored; as x if nil, but f32 with a residual.
/// - Returns: `[…, out]`
public func linear(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, transposed: Bool = false, plus residual: Tensor? = nil,
  result: Element? = nil
) -> Tensor {
  let w = transposed ? Matrix(weight) : Matrix(weight).transposed
  precondition(
    w.shape[1] == x.width && (bias == nil || bias?.count == w.shape[2]),
    "linear: x \(x.shape), weight \(weight.shape), bias \(bias?.shape ?? [])")
  let y = Tensor(shape: x.shape.dropLast() + [w.shape[2]], element: residual == nil ? result ?? x.element : .f32)
  product(Matrix(x), w, into: Matrix(y), bias: bias, plus: residual)

  let into = (x: x.gradient, weight: weight.collector, bias: bias?.collector, residual: residual?.gradient)
  // x is kept for the weight's gradient only.
  let kept = weight.gradient == nil ? nil : x.kept
  let element = x.element
  return y.derived(from: into.x, weight.gradient, bias?.gradient, into.residual) { [w, into, kept] gradient in
    let dy = gradient.converted(to: element)
    if let (dx, adds) = into.x?.claim() { product(Matrix(dy), w.transposed, into: Matrix(dx), adds: adds) }
    if let weight = into.weight, let x = kept?() {
      // A product's rows lie together, so the factors change places instead.
      let (a, b) = transposed ? (x, dy) : (dy, x)
      collect([weight], rows: dy.rows) { rows, sums, adds in
        product(Matrix(a.rows(rows)).transposed, Matrix(b.rows(rows)), into: Matrix(sums[0]), adds: adds)
      }
    }
    if let bias = into.bias {
      collect([bias], rows: dy.rows) { rows, sums, adds in sumColumns(gradient.rows(rows), into: sums[0], adds: adds) }
    }
    into.residual?.accept(gradient)
  }
}
