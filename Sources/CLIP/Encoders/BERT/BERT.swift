import Engine

/// BERT's states of texts: bidirectional attention among each one's tokens, padding left out.
///
/// Names: those of Hugging Face's `BertModel` and `RobertaModel`.
/// - Source: Devlin et al., “BERT: pre-training of deep bidirectional transformers”, 2019.
struct BERT {
  let words: Parameter
  let positions: Parameter
  let types: Parameter
  let norm: LayerNorm
  let blocks: [BERTBlock]
  let sizes: BERTSizes

  init(_ at: Scope, _ sizes: BERTSizes) {
    let embeddings = (at / "embeddings").lockGroup(sizes.layers)
    func table(_ name: String, _ rows: Int) -> Parameter {
      (embeddings / name / "weight").parameter([rows, sizes.width], .normal(deviation: 0.02))
    }
    words = table("word_embeddings", sizes.vocabularySize)
    // Not said to be positions: OpenCLIP, which goes by names, neither resizes these nor keeps them from decay.
    positions = table("position_embeddings", sizes.positionRows)
    types = table("token_type_embeddings", sizes.tokenTypes)
    norm = LayerNorm(embeddings / "LayerNorm", width: sizes.width, epsilon: Float(sizes.epsilon))
    blocks = (0..<sizes.layers).map { number in
      BERTBlock((at / "encoder" / "layer" / "\(number)").lockGroup(sizes.layers - 1 - number), sizes, number: number)
    }
    self.sizes = sizes
  }

  /// - Parameter captions: without what pads them, all of the first type.
  /// - Returns: the states of all tokens, `[rows, width]`, f32.
  func callAsFunction(_ captions: PackedCaptions, _ pass: Pass) -> Tensor {
    let sequences = captions.sequences
    let pass = pass.over(sequences)
    let counted = slicedRows(positions.tensor(pass), sizes.firstPosition..<sizes.positionRows)
    let x = embedding(captions.tokens, sequences, table: words.tensor(pass), positions: counted)
    let typed = plusRow(x, slicedRows(types.tensor(pass), 0..<1))
    let first = dropped(norm.stream(typed, pass), sequences, pass.dropout(at: 0))
    return blocks.reduce(first) { x, block in pass.block(x) { block($0, sequences, $1) } }
  }
}
