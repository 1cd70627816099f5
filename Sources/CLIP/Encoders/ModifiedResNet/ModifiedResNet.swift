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

/// A narrow 3 × 3 convolution between two 1 × 1, added to what went in; a stride is a mean of windows.
///
///     y = relu(bn3(conv3(pool(relu(bn2(conv2(relu(bn1(conv1(x))))))))) + shortcut(x))
struct AntialiasedBottleneck {
  let convolutions: [Convolution]
  let norms: [BatchNorm]
  let shortcut: (convolution: Convolution, norm: BatchNorm)?
  let stride: Int

  init(_ at: Scope, from: Int, inner: Int, stride: Int) {
    let out = 4 * inner
    self.stride = stride
    convolutions = [(from, inner, 1), (inner, inner, 3), (inner, out, 1)].enumerated().map { i, sizes in
      Convolution(at / "conv\(i + 1)", from: sizes.0, to: sizes.1, side: sizes.2, drawn: .uniform)
    }
    // A block begins as the identity.
    norms = [(inner, 1), (inner, 1), (out, 0)].enumerated().map { i, norm in
      BatchNorm(at / "bn\(i + 1)", width: norm.0, scale: norm.1)
    }
    shortcut =
      stride == 1 && from == out
      ? nil
      : (
        Convolution(at / "downsample" / "0", from: from, to: out, side: 1, drawn: .uniform),
        BatchNorm(at / "downsample" / "1", width: out)
      )
  }

  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    let inner = norms[0](convolutions[0](x, pass), pass)
    let filtered = norms[1](convolutions[1](inner, pass), pass)
    let shortened = shortcut.map { $0.norm($0.convolution(reduced(x), pass), pass, rectified: false) } ?? x
    return norms[2](convolutions[2](reduced(filtered), pass), pass, plus: shortened)
  }

  private func reduced(_ x: Tensor) -> Tensor { stride == 1 ? x : averagePool(x, window: stride) }
}

/// Attention of the mean of all points to the points and itself.
///
/// Names: those of OpenCLIP's `AttentionPool2d`.
struct AttentionPool {
  let positions: Parameter
  let key: Linear
  let query: Linear
  let value: Linear
  let out: Linear
  let heads: Int

  init(_ at: Scope, points: Int, width: Int, heads: Int, embeddingWidth: Int) {
    let deviation = 1 / Float(width).squareRoot()
    func layer(_ name: String, to: Int) -> Linear {
      Linear(
        at / name, from: width, to: to, drawn: .normal(deviation: deviation), biasDrawn: .uniform(bound: deviation))
    }
    // Not said to be positions: OpenCLIP, which goes by names, neither resizes these nor keeps them from decay.
    positions = (at / "positional_embedding").parameter([points + 1, width], .normal(deviation: deviation))
    key = layer("k_proj", to: width)
    query = layer("q_proj", to: width)
    value = layer("v_proj", to: width)
    out = layer("c_proj", to: embeddingWidth)
    self.heads = heads
  }

  /// - Parameter x: `[batch, height, width, channels]`
  /// - Returns: `[batch, embeddingWidth]`
  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    let (batch, points) = (x.shape[0], x.shape[1] * x.shape[2])
    let tokens = withMeanToken(x.reshaped([batch, points, x.width]), positions: positions.tensor(pass))
    let means = pickRows(tokens, (0..<batch).map { $0 * (points + 1) })
    let attended = attendOnce(
      query(means, pass), joinedColumns(key(tokens, pass), value(tokens, pass)),
      seen: Array(repeating: points + 1, count: batch), heads: heads)
    return out(attended, pass, result: .f32)
  }
}
