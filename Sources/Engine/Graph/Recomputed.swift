/// Part of a graph whose interior isn't kept: backward runs `body` again, to the same bits, and then back through it.
///
/// - Parameters:
///   - x: all that the part reads, besides parameters.
///   - parameters: those that the part reads.
///   - body: gives the same bits for the same x; keep no tensor in it.
/// - Source: Chen et al., “Training deep nets with sublinear memory cost”, 2016.
public func recomputed(_ x: Tensor, _ parameters: Parameters, _ body: @escaping (Tensor) -> Tensor) -> Tensor {
  guard parameters.learns else { return body(x) }
  let input = x.viewed(as: x.shape)
  parameters.learns = false
  let y = body(input)
  parameters.learns = true

  // The parameters learn even where x doesn't.
  return y.derived(from: x.gradient ?? Gradient(shape: [])) { [input, place = x.gradient] dy in
    let learned = parameters.learns
    parameters.learns = true
    defer { parameters.learns = learned }
    let leaf = place == nil ? input : input.learning()
    try backward([(body(leaf), dy)], finished: parameters.finished)
    if let dx = leaf.gradient?.value { place?.accept(dx) }
  }
}
