import Engine

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
