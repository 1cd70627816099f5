import Engine

extension TextTransformer {
  /// Texts read at a class token behind them.
  ///
  /// - Parameter tokens: `[count · contextLength]`
  /// - Returns: `[count, width]`
  func states(_ tokens: [Int32], at classToken: Parameter, _ pass: Pass) -> Tensor {
    let captions = EndedCaptions(
      tokens, contextLength: configuration.contextLength, padding: configuration.padToken)
    let sequences = captions.sequences
    let x = endedEmbedding(
      captions.tokens, places: captions.places, sequences, table: tokenTable.tensor(pass),
      ending: classToken.tensor(pass), positions: positions.tensor(pass))
    return projection.states(transformer(x, sequences, only: sequences.lastRows, pass), after: normAfter, pass)
  }
}

/// The positions of captions that anybody sees, and of each one more, its class token's, at the end.
///
/// OpenCLIP hides the positions of padding, but has the class token first when it says which, and last in the text: so
/// hidden is what stands *behind* padding, and the class token with it where a text is padded. It sees the others all the
/// same. What nobody sees needs no row; nothing but its own would change.
///
/// - Source: OpenCLIP's `TextTransformer._build_additive_mask`, which calls this the mask of existing CoCa weights.
package struct EndedCaptions {
  /// Of all captions, 0 for a class token.
  package let tokens: [Int32]
  /// Where each stands in its caption.
  package let places: [Int32]
  package let sequences: Sequences

  /// - Parameters:
  ///   - all: `[count · contextLength]`
  ///   - padding: what fills captions up.
  package init(_ all: [Int32], contextLength: Int, padding: Int32) {
    precondition(all.count % contextLength == 0, "captions: \(all.count) tokens in rows of \(contextLength)")
    let captions = stride(from: 0, to: all.count, by: contextLength).map { all[$0..<$0 + contextLength] }
    let seen = captions.map { caption in
      (0..<contextLength).filter { $0 == 0 || caption[caption.startIndex + $0 - 1] != padding }
    }
    tokens = zip(captions, seen).flatMap { caption, seen in seen.map { caption[caption.startIndex + $0] } + [0] }
    places = seen.flatMap { ($0 + [contextLength]).map(Int32.init) }
    sequences = Sequences(lengths: seen.map { $0.count + 1 }, hidingLast: captions.map { $0.last == padding })
  }
}
