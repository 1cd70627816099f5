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
      transformer.blockCount, ("width", tokens * width * Double(embeddingWidth)),
    ]
  }

  package func flops(_ cost: StepCost) -> Double {
    let width = transformer.width
    // Nobody asks for a picture's gradient.
    let cut = cost.product(patchCount, 3 * patchSize * patchSize, width, passes: 2)
    let dropout = PatchDropout(fraction: patchDropout, tokens: tokenCount)
    let kept = patchDropout > 0 ? dropout.keptPatches(of: patchCount) : patchCount
    let readsOne = pooling == .classToken && !distillationToken
    return cut
      + cost.blocks(
        length: tokenCount + kept, width: width, mlp: transformer.mlpWidth, layers: transformer.layers,
        readsOne: readsOne)
      + Double(tokenCount) * cost.product(1, width, cost.configuration.embeddingWidth)
  }
}
