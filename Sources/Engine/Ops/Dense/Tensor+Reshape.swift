extension Tensor {
  /// The same numbers under another shape; the gradient goes back under the old one.
  public func reshaped(_ shape: [Int]) -> Tensor {
    viewed(as: shape).derived(from: gradient, element: gradient?.element) { [place = gradient] dy in place?.accept(dy) }
  }
}
