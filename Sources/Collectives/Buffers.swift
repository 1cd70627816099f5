typealias Floats = UnsafeBufferPointer<Float>
typealias MutableFloats = UnsafeMutableBufferPointer<Float>

extension UnsafeBufferPointer {
  /// The elements of `range`, without a copy; its indices begin at 0.
  func part(_ range: Range<Int>) -> Self { Self(rebasing: self[range]) }
}

extension UnsafeMutableBufferPointer {
  /// The elements of `range`, without a copy; its indices begin at 0.
  func part(_ range: Range<Int>) -> Self { Self(rebasing: self[range]) }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Adds `other`, element by element. A loop over bare pointers, which the compiler vectorizes.
  func add(_ other: Floats) {
    precondition(count == other.count, "add: \(other.count) elements to \(count)")
    guard let a = baseAddress, let b = other.baseAddress else { return }
    for i in 0..<count { a[i] += b[i] }
  }

  /// Copies `other`, element by element.
  func copy(_ other: Floats) {
    precondition(count == other.count, "copy: \(other.count) elements to \(count)")
    _ = update(fromContentsOf: other)
  }
}

/// Consecutive ranges of at most `length` that together cover `0..<count`.
func segments(of count: Int, length: Int) -> some Sequence<Range<Int>> {
  stride(from: 0, to: count, by: length).lazy.map { $0..<Swift.min(count, $0 + length) }
}
