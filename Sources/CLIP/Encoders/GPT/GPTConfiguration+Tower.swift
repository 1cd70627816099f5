import Engine

extension ModelConfiguration.GPT {
  /// Always: it is asked last, and takes what has no field of another kind's.
  package static func isMeant(by decoder: any Decoder) -> Bool { true }

  package func encoder(_ root: Scope, _ model: ModelConfiguration) -> any TextEncoder {
    TextTransformer(model.customText ? root / "text" : root, self, model)
  }

  package var padToken: Int32 { Int32(padding) }

  package var someEndToken: Int32 { Int32(pooling == .end && !classToken ? endToken : vocabularySize - 1) }

  package func objection(ids: Int, padding: Int32, last: Int32) -> String? {
    guard !classToken else {
      return padding == padToken ? nil : "it fills texts up with \(padding), the model's pad_id is \(padToken)"
    }
    return switch pooling {
    case .largest where Int(last) != ids - 1:
      "it ends texts with \(last) of \(ids) ids, the model reads them at the largest"
    case .end where Int(last) != endToken: "it ends texts with \(last), the model's eos_id is \(endToken)"
    default: nil
    }
  }

  package func parameterCounts(embeddingWidth: Int) -> [ParameterCount] {
    let width = Double(transformer.width)
    return [
      ("vocab_size", Double(vocabularySize) * width), ("context_length", Double(places) * width),
      transformer.blockCount, ("width", projection == .none ? 0 : width * Double(embeddingWidth)),
    ]
  }

  package var takesLanes: Bool { !classToken }

  package func flops(_ cost: StepCost, captionTokens: Int) -> Double {
    let needsAll = !classToken && (bidirectional || pooling == .last)
    // One that pads it and the class token.
    let length = classToken ? min(captionTokens + 2, places) : captionTokens
    let blocks = cost.blocks(
      length: needsAll ? contextLength : length, width: transformer.width, mlp: transformer.mlpWidth,
      layers: transformer.layers, readsOne: true)
    return blocks
      + (projection == .none ? 0 : cost.product(1, transformer.width, cost.configuration.embeddingWidth))
  }
}
