import Engine

extension ModelConfiguration.TimmViT {
  package static func isMeant(by decoder: any Decoder) throws -> Bool { try decoder.has("timm_model_name") }

  package func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder {
    TimmVisionTransformer(at / "trunk", self)
  }

  package func parameterCounts(embeddingWidth: Int) -> [ParameterCount] {
    let (width, patch) = (Double(sizes.width), Double(sizes.patchSize))
    let block = blockCount(layers: 1, width: sizes.width, mlpWidth: sizes.mlpWidth)
    return [
      ("timm_model_config.patch_size", 3 * patch * patch * width), ("image_size", Double(patchCount) * width),
      ("timm_model_config.depth", Double(sizes.layers) * block), ("timm_model_config.embed_dim", block),
    ]
  }

  package func flops(_ cost: StepCost) -> Double {
    let (width, patch) = (sizes.width, sizes.patchSize)
    let dropout = PatchDropout(fraction: patchDropout, tokens: 0)
    let kept = patchDropout > 0 ? dropout.keptPatches(of: patchCount) : patchCount
    let pool =
      cost.product(kept, width, 2 * width) + 2 * cost.product(1, width, kept) + cost.product(1, width, width)
      + 2 * cost.product(1, width, sizes.mlpWidth)
    // Nobody asks for a picture's gradient.
    return cost.product(patchCount, 3 * patch * patch, width, passes: 2)
      + cost.blocks(length: kept, width: width, mlp: sizes.mlpWidth, layers: sizes.layers, readsOne: false) + pool
  }
}
