import Engine

/// An image tower that has its parameters.
package protocol ImageEncoder {
  /// - Parameter pixels: bytes `[count, side, side, 3]`
  /// - Returns: `[count, embeddingWidth]`, of any length.
  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor
}

/// A text tower that has its parameters.
package protocol TextEncoder {
  /// - Parameter tokens: `[count · contextLength]`
  /// - Returns: `[count, embeddingWidth]`, of any length.
  func callAsFunction(_ tokens: [Int32], _ pass: Pass) -> Tensor
}
