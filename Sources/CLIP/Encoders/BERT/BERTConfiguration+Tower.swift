import Engine

extension ModelConfiguration.BERT {
  package static func isMeant(by decoder: any Decoder) throws -> Bool { try decoder.has("hf_model_name") }

  /// OpenCLIP keeps a Hugging Face tower below `text` whatever the configuration says.
  package func encoder(_ root: Scope, _ model: ModelConfiguration) -> any TextEncoder {
    BERTEncoder(root / "text", self, embeddingWidth: model.embeddingWidth)
  }

  package var vocabularySize: Int { sizes.vocabularySize }

  package var padToken: Int32 { Int32(sizes.padToken) }

  package func objection(ids: Int, padding: Int32, last: Int32) -> String? {
    padding == padToken ? nil : "it pads with \(padding), the model's pad_token_id is \(padToken)"
  }

  package func parameterCounts(embeddingWidth: Int) -> [ParameterCount] {
    let (width, embedding) = (Double(sizes.width), Double(embeddingWidth))
    let projected: [Projection: Double] = [
      .linear: width * embedding, .mlp: (width + embedding) * (width + embedding) / 2,
    ]
    let counts: [ParameterCount] = [
      ("vocab_size", Double(sizes.vocabularySize) * width), ("type_vocab_size", Double(sizes.tokenTypes) * width),
      ("max_position_embeddings", Double(sizes.positionRows) * width),
      ("num_hidden_layers", blockCount(layers: sizes.layers, width: sizes.width, mlpWidth: sizes.mlpWidth)),
      ("hidden_size", (pooling == .pooled ? width * width : 0) + (projection.flatMap { projected[$0] } ?? 0)),
    ]
    return counts.map { ("hf_model_config." + $0.field, $0.count) }
  }

  package var takesLanes: Bool { true }

  package func flops(_ cost: StepCost, captionTokens: Int) -> Double {
    let (width, embedding) = (sizes.width, cost.configuration.embeddingWidth)
    let middle = (width + embedding) / 2
    let projection =
      switch projection {
      case nil: 0.0
      case .linear: cost.product(1, width, embedding)
      case .mlp: cost.product(1, width, middle) + cost.product(1, middle, embedding)
      }
    let blocks = cost.blocks(
      length: captionTokens, width: width, mlp: sizes.mlpWidth, layers: sizes.layers, readsOne: false)
    return blocks + (pooling == .pooled ? cost.product(1, width, width) : 0) + projection
  }
}
