import Engine

/// The needed tokens of captions, one caption after another: what fills them up to the context's length is left out, so
/// a long one costs the others nothing.
package struct PackedCaptions {
  /// Of all captions.
  package let tokens: [Int32]
  package let sequences: Sequences

  /// - Parameters:
  ///   - tokens: `[count · contextLength]`
  ///   - lengths: how many of each caption's first tokens are needed.
  package init(_ tokens: [Int32], contextLength: Int, lengths: [Int]) {
    precondition(
      tokens.count == lengths.count * contextLength && lengths.allSatisfy { $0 <= contextLength },
      "captions: \(tokens.count) tokens in rows of \(contextLength), of which \(lengths) are needed")
    self.tokens = lengths.enumerated().flatMap { caption, length in
      tokens[caption * contextLength..<caption * contextLength + length]
    }
    sequences = Sequences(lengths: lengths)
  }
}
