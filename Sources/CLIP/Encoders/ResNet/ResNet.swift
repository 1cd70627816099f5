import Engine

/// The plain residual network.
///
/// Names: those of torchvision's `ResNet`, below `visual`, and `visual.proj`.
/// - Source: He et al., “Deep residual learning for image recognition”, 2016; strides as in torchvision.
struct ResNet: ImageEncoder {
  let convolution: Convolution
  let norm: BatchNorm
  let blocks: [PlainBlock]
  let projection: MeanProjection
  let imageSize: Int

  init(_ at: Scope, _ architecture: ResNetArchitecture, imageSize: Int, embeddingWidth: Int) {
    let bottleneck = architecture.bottleneck
    self.imageSize = imageSize
    convolution = Convolution(at / "conv1", from: 3, to: 64, side: 7, stride: 2, drawn: .normal)
    norm = BatchNorm(at / "bn1", width: 64)
    var blocks: [PlainBlock] = []
    var from = 64
    for (stage, count) in architecture.layers.enumerated() {
      for i in 0..<count {
        let place = at / "layer\(stage + 1)" / "\(i)"
        blocks.append(
          PlainBlock(
            place, from: from, inner: 64 << stage, stride: stage > 0 && i == 0 ? 2 : 1, bottleneck: bottleneck))
        from = (64 << stage) * (bottleneck ? 4 : 1)
      }
    }
    self.blocks = blocks
    projection = MeanProjection(at / "proj", width: from, embeddingWidth: embeddingWidth)
  }

  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor {
    let x = pictures(
      pixels, side: imageSize, mean: preprocessing.mean, deviation: preprocessing.deviation,
      result: convolution.weight.element)
    let stem = maxPool(norm(convolution(x, pass), pass), window: 3, stride: 2, padding: 1)
    return projection(blocks.reduce(stem) { x, block in pass.block(x) { block($0, $1) } }, pass)
  }
}
