import Engine

/// The text encoder: a causal transformer; the state at the end-of-text token is the text's.
///
/// Names: those of OpenCLIP's `CLIP`, which keeps them at the top of the tree.
struct TextTransformer: TextEncoder {
  let tokenTable: Parameter
  let positions: Parameter
  let transformer: Transformer
  let normAfter: LayerNorm
  let projection: Parameter
  let contextLength: Int

  init(_ at: Scope, _ configuration: ModelConfiguration.GPT, embeddingWidth: Int, activation: Activation) {
    let width = configuration.width
    contextLength = configuration.contextLength
    tokenTable = (at / "token_embedding" / "weight").parameter(
      [configuration.vocabularySize, width], .normal(deviation: 0.02))
    positions = (at / "positional_embedding").parameter(
      [configuration.contextLength, width], .normal(deviation: 0.01))
    transformer = Transformer(
      at / "transformer",
      TransformerShape(
        width: width, heads: configuration.heads, layers: configuration.layers, mlpWidth: configuration.mlpWidth,
        causal: true, activation: activation,
        initial: .text(width: width, mlpWidth: configuration.mlpWidth, layers: configuration.layers)))
    normAfter = LayerNorm(at / "ln_final", width: width)
    projection = (at / "text_projection").parameter(
      [width, embeddingWidth], .normal(deviation: 1 / Float(width).squareRoot()))
  }

  /// - Parameter tokens: `[count · contextLength]`; each row's end is its largest id, as OpenCLIP has it.
  /// - Returns: `[count, embeddingWidth]`
  func callAsFunction(_ tokens: [Int32], mode: EncodingMode) -> Tensor {
    let captions = TrimmedCaptions(tokens, contextLength: contextLength)
    let x = embedding(
      captions.tokens, length: captions.length, table: tokenTable.tensor, positions: positions.tensor)
    let pooled = transformer(x, only: captions.ends)
    return linear(normAfter(pooled), projection.operand, transposed: true, result: .f32)
  }
}

/// Captions without the positions after the longest one's end: attention is causal, so no end-of-text row sees them.
package struct TrimmedCaptions {
  /// `[count · length]`
  package let tokens: [Int32]
  package let length: Int
  /// Where each caption's end is.
  package let ends: [Int]

  package init(_ tokens: [Int32], contextLength: Int) {
    let count = tokens.count / contextLength
    precondition(tokens.count == count * contextLength, "captions: \(tokens.count) tokens in rows of \(contextLength)")
    let rows = (0..<count).map { tokens[$0 * contextLength..<($0 + 1) * contextLength] }
    // The first of the largest: the end-of-text token has the largest id of the vocabulary.
    let ends = rows.map { row in
      row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 } - row.startIndex
    }
    let length = 1 + (ends.max() ?? 0)
    self.length = length
    self.tokens = rows.flatMap { $0.prefix(length) }
    self.ends = ends
  }
}
