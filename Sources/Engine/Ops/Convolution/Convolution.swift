/// Slides a square filter over pictures, channels last.
///
///     y[b, i, j, o] = Σ over u, v, c of x[b, s i + u − p, s j + v − p, c] w[o, c, u, v] + bias[o]
///
/// Outside of the picture x is 0; s is the stride, p the padding. A 1 × 1 filter is a plain product.
///
/// - Parameters:
///   - x: `[batch, height, width, in]`
///   - weight: `[out, in, side, side]`, PyTorch's layout.
///   - bias: `[out]`
/// - Returns: `[batch, (height + 2p − side) / s + 1, …, out]`, stored as x.
///
/// Channels last, since all else in the engine reads rows of channels; over CLIP's RN50 at batch 32 oneDNN's own
/// blocked layouts would save 2 to 9 % of the convolutions' time in f32, nothing in bf16 (one core of a Zen 5 server).
public func convolution(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, stride: Int = 1, padding: Int = 0
) -> Tensor {
  precondition(
    x.shape.count == 4 && weight.shape.count == 4 && weight.shape[1] == x.width && weight.shape[2] == weight.shape[3]
      && (bias == nil || bias?.count == weight.shape[0]) && x.element == weight.element,
    "convolution: x \(x.element) \(x.shape), weight \(weight.element) \(weight.shape), bias \(bias?.shape ?? [])")
  if weight.shape[2] == 1 && stride == 1 && padding == 0 { return pointwise(x, weight, bias) }
  let sizes = ConvolutionSizes(x, weight, stride: stride, padding: padding)
  let y = Tensor(shape: sizes.result, element: x.element)
  sizes.forward(y, x, weight, bias)

  let into = (x: x.gradient, weight: weight.gradient, bias: bias?.gradient)
  let kept = weight.gradient == nil ? nil : x.kept
  return y.derived(from: into.x, into.weight, into.bias) { [weight = weight.viewed(as: weight.shape), into, kept] dy in
    if let place = into.x { sizes.backwardInput(place, dy, weight) }
    if let (dw, adds) = into.weight?.claim(), let x = kept?() { sizes.backwardWeight(dw, dy, x, adds: adds) }
    if let (db, adds) = into.bias?.claim() { sumColumns(dy, into: db, adds: adds) }
  }
}

/// y = x wᵀ + bias at every point. The weight's gradient needs no other layout, unlike a convolution's.
private func pointwise(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
  let (out, width) = (weight.shape[0], x.width)
  let w = Matrix(weight.viewed(as: [out, width]))
  let y = Tensor(shape: x.shape.dropLast() + [out], element: x.element)
  product(Matrix(x), w.transposed, into: Matrix(y), bias: bias)

  let into = (x: x.gradient, weight: weight.gradient, bias: bias?.gradient)
  let kept = weight.gradient == nil ? nil : x.kept
  return y.derived(from: into.x, into.weight, into.bias) { [w, into, kept] dy in
    if let (dx, adds) = into.x?.claim() { product(Matrix(dy), w, into: Matrix(dx), adds: adds) }
    if let (dw, adds) = into.weight?.claim(), let x = kept?() {
      product(Matrix(dy).transposed, Matrix(x), into: Matrix(dw.viewed(as: [out, width])), adds: adds)
    }
    if let (db, adds) = into.bias?.claim() { sumColumns(dy, into: db, adds: adds) }
  }
}

extension ConvolutionSizes {
  fileprivate init(_ x: Tensor, _ weight: Tensor, stride: Int, padding: Int) {
    self.init(
      batch: x.shape[0], height: x.shape[1], width: x.shape[2], channels: x.width, filters: weight.shape[0],
      side: weight.shape[2], stride: stride, padding: padding)
    precondition(
      min(height, width) + 2 * padding >= side,
      "convolution: filters of side \(side), padding \(padding), on \(x.shape)")
  }

  fileprivate func forward(_ y: Tensor, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?) {
    run(.forward(biased: bias != nil), y, x, weight) { $0.forward($1, $2, $3, bias) }
  }

  /// oneDNN overwrites, so what is to be added comes beside first.
  fileprivate func backwardInput(_ place: Gradient, _ dy: Tensor, _ weight: Tensor) {
    let dx = Tensor(shape: [batch, height, width, channels], element: dy.element)
    run(.input, dx, dy, weight) { $0.backwardInput($1, $2, $3) }
    place.accept(dx)
  }

  fileprivate func backwardWeight(_ dw: Tensor, _ dy: Tensor, _ x: Tensor, adds: Bool) {
    run(.weight(adds: adds, stored: dw.element), dw, dy, x, adds: adds) { $0.backwardWeight($1, $2, $3) }
  }

  /// Calls `body` with what oneDNN compiled for a pass from `a` and `b` to `result`, and with these three.
  private func run(
    _ pass: ConvolutionPlan.Pass, _ result: Tensor, _ a: Tensor, _ b: Tensor, adds: Bool = false, _ body: Body
  ) {
    guard areMultiplied([result, a, b]) else { return runWidened(pass, result, a, b, adds: adds, body) }
    let plan = ConvolutionPlan(sizes: self, pass: pass, element: a.element, threads: Threads.count)
    ConvolutionPlan.cache.with(plan, compile: CompiledConvolution.init) { body($0, result, a, b) }
  }

  private typealias Body = (CompiledConvolution, Tensor, Tensor, Tensor) -> Void

  /// The same a few pictures at a time, in f32.
  private func runWidened(
    _ pass: ConvolutionPlan.Pass, _ result: Tensor, _ a: Tensor, _ b: Tensor, adds: Bool, _ body: Body
  ) {
    func pictures(_ tensor: Tensor, _ strip: Range<Int>) -> Tensor {
      tensor.viewed(as: [batch, tensor.count / batch]).rows(strip)
        .viewed(as: [strip.count] + tensor.shape.dropFirst())
    }
    guard case .weight = pass else {
      let weight = widened(b)
      for strip in widenedStrips(batch, of: max(a.count, result.count) / batch) {
        withWidened(pictures(result, strip)) {
          with(batch: strip.count).run(pass, $0, widened(pictures(a, strip)), weight, body)
        }
      }
      return
    }
    withWidened(result, reads: adds) { sums in
      for strip in widenedStrips(batch, of: (a.count + b.count) / batch) {
        with(batch: strip.count).run(
          .weight(adds: adds || strip.lowerBound > 0, stored: .f32), sums,
          widened(pictures(a, strip)), widened(pictures(b, strip)), body)
      }
    }
  }

  private func with(batch: Int) -> ConvolutionSizes {
    ConvolutionSizes(
      batch: batch, height: height, width: width, channels: channels, filters: filters, side: side, stride: stride,
      padding: padding)
  }
}
