import Engine

/// CLIP's picture encoder with convolutions: a ResNet whose stem is three convolutions, whose reductions are means of
/// windows rather than strides, and whose last pooling is attention.
///
/// Names: those of OpenCLIP's `ModifiedResNet`, below `visual`.
struct ModifiedResNet: ImageEncoder {
  let stem: [(convolution: Convolution, norm: BatchNorm)]
  let blocks: [AntialiasedBottleneck]
  let pool: AttentionPool
  let imageSize: Int

  init(_ at: Scope, _ configuration: ModelConfiguration.ModifiedResNet, embeddingWidth: Int) {
    let width = configuration.width
    imageSize = configuration.imageSize
    stem = [(3, width / 2, 2), (width / 2, width / 2, 1), (width / 2, width, 1)].enumerated().map { i, sizes in
      let (from, to, stride) = sizes
      return (
        Convolution(at / "conv\(i + 1)", from: from, to: to, side: 3, stride: stride, drawn: .uniform),
        BatchNorm(at / "bn\(i + 1)", width: to)
      )
    }
    var blocks: [AntialiasedBottleneck] = []
    var from = width
    for (stage, count) in configuration.layers.enumerated() {
      for i in 0..<count {
        let inner = width << stage
        blocks.append(
          AntialiasedBottleneck(
            at / "layer\(stage + 1)" / "\(i)", from: from, inner: inner, stride: stage > 0 && i == 0 ? 2 : 1))
        from = 4 * inner
      }
    }
    self.blocks = blocks
    pool = AttentionPool(
      at / "attnpool", points: configuration.outputSize * configuration.outputSize, width: from,
      heads: configuration.heads, embeddingWidth: embeddingWidth)
  }

  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor {
    var x = pictures(
      pixels, side: imageSize, mean: preprocessing.mean, deviation: preprocessing.deviation,
      result: stem[0].convolution.weight.element)
    for (convolution, norm) in stem { x = norm(convolution(x, pass), pass) }
    return pool(blocks.reduce(averagePool(x, window: 2)) { x, block in pass.block(x) { block($0, $1) } }, pass)
  }
}
