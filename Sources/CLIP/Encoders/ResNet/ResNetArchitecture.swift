import Engine

extension ModelConfiguration {
  package typealias ResNet = PlainNetwork<ResNetArchitecture>
}

/// The residual networks that can be built.
package enum ResNetArchitecture: String, PlainArchitecture {
  case resnet18, resnet50

  /// How many blocks each stage has.
  var layers: [Int] {
    switch self {
    case .resnet18: [2, 2, 2, 2]
    case .resnet50: [3, 4, 6, 3]
    }
  }

  /// Whether a block is a narrow convolution between two that change the width.
  var bottleneck: Bool { self == .resnet50 }

  package var lastReduction: Int { 32 }

  package func encoder(_ at: Scope, imageSize: Int, embeddingWidth: Int) -> any ImageEncoder {
    ResNet(at, self, imageSize: imageSize, embeddingWidth: embeddingWidth)
  }

  package func features(_ cost: StepCost, imageSize: Int) -> (flops: Double, width: Int) {
    var size = imageSize / 2
    var total = cost.firstFilters(size, side: 7, 64)
    size /= 2
    var from = 64
    for (stage, count) in layers.enumerated() {
      for i in 0..<count {
        let (before, inner) = (size, 64 << stage)
        let last = bottleneck ? 4 * inner : inner
        if stage > 0 && i == 0 { size /= 2 }
        total +=
          bottleneck
          ? cost.filters(before, from, inner) + cost.filters(size, inner, inner, side: 3)
            + cost.filters(size, inner, last)
          : cost.filters(size, from, inner, side: 3) + cost.filters(size, inner, inner, side: 3)
        if before != size || from != last { total += cost.filters(size, from, last) }
        from = last
      }
    }
    return (total, from)
  }
}
