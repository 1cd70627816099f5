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

/// Two 3 × 3 convolutions, or a narrow 3 × 3 between two 1 × 1, added to what went in.
struct PlainBlock {
  let layers: [(convolution: Convolution, norm: BatchNorm)]
  let shortcut: (convolution: Convolution, norm: BatchNorm)?

  init(_ at: Scope, from: Int, inner: Int, stride: Int, bottleneck: Bool) {
    let out = bottleneck ? 4 * inner : inner
    let sizes =
      bottleneck
      ? [(from, inner, 1, 1), (inner, inner, 3, stride), (inner, out, 1, 1)]
      : [(from, inner, 3, stride), (inner, inner, 3, 1)]
    layers = sizes.enumerated().map { i, size in
      let (from, to, side, stride) = size
      return (
        Convolution(at / "conv\(i + 1)", from: from, to: to, side: side, stride: stride, drawn: .normal),
        BatchNorm(at / "bn\(i + 1)", width: to)
      )
    }
    shortcut =
      stride == 1 && from == out
      ? nil
      : (
        Convolution(at / "downsample" / "0", from: from, to: out, side: 1, stride: stride, drawn: .normal),
        BatchNorm(at / "downsample" / "1", width: out)
      )
  }

  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    let inner = layers.dropLast().reduce(x) { x, layer in layer.norm(layer.convolution(x, pass), pass) }
    let shortened = shortcut.map { $0.norm($0.convolution(x, pass), pass, rectified: false) } ?? x
    let last = layers[layers.count - 1]
    return last.norm(last.convolution(inner, pass), pass, plus: shortened)
  }
}
