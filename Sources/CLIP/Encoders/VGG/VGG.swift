import Engine

/// Stacks of 3 × 3 convolutions with batch normalization, with a maximum of windows after each stack.
///
/// Names: those of torchvision's `VGG`, below `visual`, and `visual.proj`. Its classifier's hidden layers aren't built.
/// - Source: Simonyan, Zisserman, “Very deep convolutional networks”, 2015.
struct VGG: ImageEncoder {
  let stacks: [[(convolution: Convolution, norm: BatchNorm)]]
  let projection: MeanProjection
  let imageSize: Int

  init(_ at: Scope, _ architecture: VGGArchitecture, imageSize: Int, embeddingWidth: Int) {
    self.imageSize = imageSize
    var (from, index) = (3, 0)
    stacks = architecture.widths.map { widths in
      // In torchvision's list a convolution, its norm and its rectifier have an index each, and so has a maximum.
      defer { index += 1 }
      return widths.map { width in
        defer { (from, index) = (width, index + 3) }
        return (
          Convolution(at / "features" / "\(index)", from: from, to: width, side: 3, biased: true, drawn: .normal),
          BatchNorm(at / "features" / "\(index + 1)", width: width)
        )
      }
    }
    projection = MeanProjection(at / "proj", width: from, embeddingWidth: embeddingWidth)
  }

  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, _ pass: Pass) -> Tensor {
    var x = pictures(
      pixels, side: imageSize, mean: preprocessing.mean, deviation: preprocessing.deviation,
      result: projection.weight.element)
    for stack in stacks {
      x = pass.block(x) { x, pass in
        maxPool(stack.reduce(x) { $1.norm($1.convolution($0, pass), pass) }, window: 2, stride: 2)
      }
    }
    return projection(x, pass)
  }
}
