/// Part of a graph whose interior isn't kept: backward runs `body` again, to the same bits, and then back through it.
///
/// Who listens to the backward pass hears of the parameters within, too.
///
/// - Parameters:
///   - x: all that the part reads, besides parameters.
///   - pass: what `body` is run by.
///   - body: gives the same bits for the same x; keep no tensor in it.
/// - Source: Chen et al., “Training deep nets with sublinear memory cost”, 2016.
public func recomputed(_ x: Tensor, _ pass: Pass, _ body: @escaping (Tensor, Pass) -> Tensor) -> Tensor {
  guard pass.learns else { return body(x, pass) }
  let input = x.viewed(as: x.shape)
  let y = body(input, pass.withoutGraph)

  // The parameters learn even where x doesn't.
  return y.derived(from: x.gradient ?? Gradient(shape: [])) { [input, place = x.gradient] dy, finished in
    let leaf = place == nil ? input : input.learning()
    try backward([(body(leaf, pass), dy)], finished: finished)
    if let dx = leaf.gradient?.value { place?.accept(dx) }
  }
}
