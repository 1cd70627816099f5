import Engine

/// The text encoder: a transformer, causal by default; the state at one position is the text's.
///
/// Names: those of OpenCLIP's `TextTransformer`, which `CLIP` keeps at the top of the tree.
struct TextTransformer: TextEncoder {
  let tokenTable: Parameter
  let positions: Parameter
  let transformer: Transformer
  let normAfter: LayerNorm
  let projection: TextProjection
  let configuration: ModelConfiguration.GPT

  init(_ at: Scope, _ configuration: ModelConfiguration.GPT, _ model: ModelConfiguration) {
    let fields = configuration.transformer
    let (width, embeddings) = (fields.width, at.lockGroup(fields.layers + 1))
    self.configuration = configuration
    tokenTable = (embeddings / "token_embedding" / "weight").parameter(
      [configuration.vocabularySize, width], .normal(deviation: 0.02))
    positions = (embeddings / "positional_embedding").parameter(
      [configuration.contextLength, width], .normal(deviation: 0.01), positions: .line)
    transformer = Transformer(
      at / "transformer",
      fields.shape(
        heads: configuration.heads, causal: !configuration.bidirectional,
        initial: .text(width: width, mlpWidth: fields.mlpWidth, layers: fields.layers), quickGELU: model.quickGELU))
    normAfter = LayerNorm((at / "ln_final").lockGroup(1), width: width, epsilon: fields.epsilon)
    projection = TextProjection(at / "text_projection", configuration, embeddingWidth: model.embeddingWidth)
  }

  /// - Parameter tokens: `[count · contextLength]`
  /// - Returns: `[count, embeddingWidth]`
  func callAsFunction(_ tokens: [Int32], _ pass: Pass) -> Tensor {
    let rows = pooledPositions(tokens, configuration)
    // Attention is causal: what stands after the last position read, no position that is read sees.
    let length = configuration.bidirectional ? configuration.contextLength : 1 + (rows.max() ?? 0)
    let x = embedding(
      trimmed(tokens, from: configuration.contextLength, to: length), length: length, table: tokenTable.tensor(pass),
      positions: positions.tensor(pass))
    return projection(transformer(x, only: rows, pass), after: normAfter, pass)
  }
}

/// Which position of each text is its state's.
///
/// - Source: OpenCLIP's `text_global_pool`; its argmax takes the first of equals, and 0 where nothing is found.
package func pooledPositions(_ tokens: [Int32], _ configuration: ModelConfiguration.GPT) -> [Int] {
  let length = configuration.contextLength
  let count = tokens.count / length
  precondition(tokens.count == count * length, "captions: \(tokens.count) tokens in rows of \(length)")
  return (0..<count).map { text in
    let row = tokens[text * length..<(text + 1) * length]
    switch configuration.pooling {
    case .first: return 0
    case .last: return length - 1
    case .end: return row.firstIndex(of: Int32(configuration.endToken)).map { $0 - row.startIndex } ?? 0
    case .largest: return row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 } - row.startIndex
    }
  }
}

/// The first `length` tokens of each row.
package func trimmed(_ tokens: [Int32], from contextLength: Int, to length: Int) -> [Int32] {
  if length == contextLength { return tokens }
  return stride(from: 0, to: tokens.count, by: contextLength).flatMap { tokens[$0..<$0 + length] }
}
