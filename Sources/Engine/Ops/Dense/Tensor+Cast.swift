import CKernels

extension Tensor {
  /// This tensor's numbers stored as `element`, with a way back for the gradient: f32 as it is, or rounded to bf16.
  ///
  ///     y = x        dx = dy
  ///
  /// - Returns: a tensor of this shape. Its gradient is stored as `element`, and added to this tensor's in f32.
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

  /// This tensor's numbers as f32, with a way back for the gradient, which is rounded as this tensor is.
  public func widened() -> Tensor {
    if element == .f32 { return self }
    return converted(to: .f32).derived(from: gradient) { [place = gradient, element] dy in
      place?.accept(dy.converted(to: element))
    }
  }
}
