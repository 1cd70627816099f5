import Engine

extension ModelConfiguration.ModifiedResNet {
  package static func isMeant(by decoder: any Decoder) throws -> Bool {
    try decoder.container(keyedBy: CodingKeys.self).isList(.layers)
  }

  package func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder {
    CLIP.ModifiedResNet(at, self, embeddingWidth: model.embeddingWidth)
  }

  package var smallestChunk: Int { outputSize > 1 ? 1 : 2 }
  package var isConvolutional: Bool { true }

  package func parameterCounts(embeddingWidth: Int) -> [ParameterCount] {
    let (width, side) = (Double(outputWidth), Double(outputSize))
    // A block has 17 times its inner width squared; that is the output's over 32, 16, 8, 4.
    let blocks = zip(layers, [32.0, 16, 8, 4]).map { 17 * Double($0) * (width / $1) * (width / $1) }
    return [
      ("layers", blocks.reduce(0, +)), ("image_size", (1 + side * side) * width),
      ("width", width * (3 * width + Double(embeddingWidth))),
    ]
  }

  package func flops(_ cost: StepCost) -> Double {
    let out = outputWidth
    var size = imageSize / 2
    var total = cost.firstFilters(size, side: 3, width / 2)
    total += cost.filters(size, width / 2, width / 2, side: 3) + cost.filters(size, width / 2, width, side: 3)
    size /= 2
    var from = width
    for (stage, count) in layers.enumerated() {
      for i in 0..<count {
        let (inner, last) = (width << stage, 4 * (width << stage))
        total += cost.filters(size, from, inner) + cost.filters(size, inner, inner, side: 3)
        if stage > 0 && i == 0 { size /= 2 }
        total += cost.filters(size, inner, last) + (i == 0 ? cost.filters(size, from, last) : 0)
        from = last
      }
    }
    let length = 1 + size * size
    return total + cost.product(length, out, 2 * out) + cost.product(1, out, out) + 2 * cost.product(1, out, length)
      + cost.product(1, out, cost.configuration.embeddingWidth)
  }
}
