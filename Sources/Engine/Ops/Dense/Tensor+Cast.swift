import CKernels

extension Tensor {
  /// The same numbers as products take them: f32 as it is, or rounded to bf16.
  ///
  ///     y = x        dx = dy
  ///
  /// - Returns: of x's shape; the gradient that comes back is of the result's element.
  public func cast(to element: Element) -> Tensor {
    if element == self.element { return self }
    precondition(self.element == .f32, "cast: \(self.element) as \(element)")
    return converted(to: element).derived(from: gradient) { [place = gradient] dy in
      guard let (dx, adds) = place?.claim() else { return }
      inParallel(dx.count, atLeast: 1 << 15, unit: 32) { part in
        let at = part.lowerBound
        ck.widen_bf16(dx.pointer + at, dy.at(at), part.count, adds ? 1 : 0)
      }
    }
  }
}
