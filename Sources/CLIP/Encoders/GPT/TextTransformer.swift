import Engine

/// The text encoder: a transformer, causal by default; the state at one position is the text's.
///
/// Names: those of OpenCLIP's `TextTransformer`, which `CLIP` keeps at the top of the tree.
struct TextTransformer: ProjectedTextEncoder {
  let tokenTable: Parameter
  let positions: Parameter
  /// What stands behind a text and is read; nil where a position of the text is.
  let classToken: Parameter?
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
      [configuration.places, width], .normal(deviation: 0.01),
      positions: .line(tokens: configuration.classToken ? 1 : 0))
    classToken =
      configuration.classToken ? (embeddings / "cls_emb").parameter([width], .normal(deviation: 0.01)) : nil
    transformer = Transformer(
      at / "transformer",
      fields.shape(
        heads: configuration.heads, causal: !configuration.bidirectional,
        initial: .text(width: width, mlpWidth: fields.mlpWidth, layers: fields.layers), quickGELU: model.quickGELU))
    normAfter = LayerNorm((at / "ln_final").lockGroup(1), width: width, epsilon: fields.epsilon)
    projection = TextProjection(at / "text_projection", configuration, embeddingWidth: model.embeddingWidth)
  }

  var stateWidth: Int? { configuration.transformer.width }
  var projectionGroup: Int? { 0 }

  func projected(_ states: Tensor, _ pass: Pass) -> Tensor { projection(states, pass) }

  func states(_ tokens: [Int32], _ pass: Pass) -> Tensor {
    if let classToken { return states(tokens, at: classToken, pass) }
    let (length, read) = (configuration.contextLength, pooledPositions(tokens, configuration))
    // Attention is causal: what stands behind the position that is read, it doesn't see.
    let captions = PackedCaptions(
      tokens, contextLength: length, lengths: read.map { configuration.bidirectional ? length : $0 + 1 })
    let sequences = captions.sequences
    let pass = pass.over(sequences)
    let x = embedding(captions.tokens, sequences, table: tokenTable.tensor(pass), positions: positions.tensor(pass))
    let rows = zip(sequences.firstRows, read).map { $0 + $1 }
    return projection.states(transformer(x, sequences, only: rows, pass), after: normAfter, pass)
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
