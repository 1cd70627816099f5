extension Tensor {
  /// This tensor's numbers under another shape, of as many; the gradient goes back under the old one.
  public func reshaped(_ shape: [Int]) -> Tensor {
    viewed(as: shape).derived(from: gradient, element: gradient?.element) { [place = gradient] dy in
      place?.accept(dy)
    }.collected(as: self)
  }
}
