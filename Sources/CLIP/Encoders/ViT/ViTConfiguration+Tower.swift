import Engine

extension ModelConfiguration.ViT {
  /// Always: it is asked last, and takes what has no field of another kind's.
  package static func isMeant(by decoder: any Decoder) -> Bool { true }

  package func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder {
    VisionTransformer(at, self, model)
  }

  package func parameterCounts(embeddingWidth: Int) -> [ParameterCount] {
    let (width, patch, tokens) = (Double(transformer.width), Double(patchSize), Double(tokenCount))
    return [
      ("patch_size", 3 * patch * patch * width), ("image_size", (2 * tokens + Double(patchCount)) * width),
      transformer.blockCount, ("width", tokens * Double(stateWidth(embeddingWidth) * tokenWidth(embeddingWidth))),
      ("attn_pooler_queries", attentionalPool ? poolCount(embeddingWidth) : 0),
    ]
  }

  /// A pool's queries are no samples' rows, and a second token takes the last norm a second time.
  package var takesLanes: Bool { !attentionalPool && !distillationToken }

  /// What each token's features are of.
  func tokenWidth(_ embeddingWidth: Int) -> Int { joinsTokens ? embeddingWidth / 2 : embeddingWidth }

  /// What is projected.
  private func stateWidth(_ embeddingWidth: Int) -> Int { attentionalPool ? embeddingWidth : transformer.width }

  private func poolCount(_ embeddingWidth: Int) -> Double {
    let (width, embedding) = (Double(transformer.width), Double(embeddingWidth))
    return embedding * (Double(poolQueries) + 2 * embedding + 2 * width)
  }

  package func flops(_ cost: StepCost) -> Double {
    let (width, embedding) = (transformer.width, cost.configuration.embeddingWidth)
    // Nobody asks for a picture's gradient.
    let cut = cost.product(patchCount, 3 * patchSize * patchSize, width, passes: 2)
    let dropout = PatchDropout(fraction: patchDropout, tokens: tokenCount)
    let kept = patchDropout > 0 ? dropout.keptPatches(of: patchCount) : patchCount
    let readsOne = pooling == .classToken && !distillationToken && !attentionalPool
    return cut
      + cost.blocks(
        length: tokenCount + kept, width: width, mlp: transformer.mlpWidth, layers: transformer.layers,
        readsOne: readsOne)
      + Double(tokenCount) * cost.product(1, stateWidth(embedding), tokenWidth(embedding))
      + (attentionalPool ? poolFlops(cost, length: tokenCount + kept) : 0)
  }

  private func poolFlops(_ cost: StepCost, length: Int) -> Double {
    let (width, embedding) = (transformer.width, cost.configuration.embeddingWidth)
    return cost.product(length, width, 2 * embedding) + 2 * cost.product(1, embedding, length)
      + cost.product(1, embedding, embedding)
  }
}
