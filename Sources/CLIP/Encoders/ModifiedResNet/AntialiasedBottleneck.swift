import Engine

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
