import Engine

extension ModelConfiguration {
  package typealias VGG = PlainNetwork<VGGArchitecture>

  /// The `arch` of a network with few normalizations between large products, for benchmarks.
  package static let archOfLargeFilters = VGGArchitecture.vgg11.rawValue
}

/// The networks of Simonyan and Zisserman that can be built, with batch normalization.
package enum VGGArchitecture: String, PlainArchitecture {
  case vgg11 = "vgg11_bn"
  case vgg16 = "vgg16_bn"

  /// Channels after each convolution, stack by stack.
  var widths: [[Int]] {
    switch self {
    case .vgg11: [[64], [128], [256, 256], [512, 512], [512, 512]]
    case .vgg16: [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]
    }
  }

  package var lastReduction: Int { 16 }

  package func encoder(_ at: Scope, imageSize: Int, embeddingWidth: Int) -> any ImageEncoder {
    VGG(at, self, imageSize: imageSize, embeddingWidth: embeddingWidth)
  }

  package func features(_ cost: StepCost, imageSize: Int) -> (flops: Double, width: Int) {
    var (size, from, total) = (imageSize, 3, 0.0)
    for stack in widths {
      for width in stack {
        total += from == 3 ? cost.firstFilters(size, side: 3, width) : cost.filters(size, from, width, side: 3)
        from = width
      }
      size /= 2
    }
    return (total, from)
  }
}
