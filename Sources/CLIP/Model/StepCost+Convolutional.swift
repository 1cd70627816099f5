extension StepCost {
  func of(_ vision: ModelConfiguration.ModifiedResNet) -> Double {
    let (width, out) = (vision.width, vision.outputWidth)
    var size = vision.imageSize / 2
    var total = first(size, 3, width / 2)
    total += filters(size, width / 2, width / 2, side: 3) + filters(size, width / 2, width, side: 3)
    size /= 2
    var from = width
    for (stage, count) in vision.layers.enumerated() {
      for i in 0..<count {
        let (inner, last) = (width << stage, 4 * (width << stage))
        total += filters(size, from, inner) + filters(size, inner, inner, side: 3)
        if stage > 0 && i == 0 { size /= 2 }
        total += filters(size, inner, last) + (i == 0 ? filters(size, from, last) : 0)
        from = last
      }
    }
    let length = 1 + size * size
    return total + product(length, out, 2 * out) + product(1, out, out) + 2 * product(1, out, length)
      + product(1, out, configuration.embeddingWidth)
  }

  func of(_ vision: ModelConfiguration.Convolutional) -> Double {
    let features =
      switch vision.architecture {
      case .resnet18, .resnet50: resNet(vision)
      case .vgg11, .vgg16: vgg(vision)
      }
    return features.flops + product(1, features.width, configuration.embeddingWidth)
  }

  private func resNet(_ vision: ModelConfiguration.Convolutional) -> (flops: Double, width: Int) {
    let plan = ResNetPlan(vision.architecture)
    var size = vision.imageSize / 2
    var total = first(size, 7, 64)
    size /= 2
    var from = 64
    for (stage, count) in plan.layers.enumerated() {
      for i in 0..<count {
        let (before, inner) = (size, 64 << stage)
        let last = plan.bottleneck ? 4 * inner : inner
        if stage > 0 && i == 0 { size /= 2 }
        total +=
          plan.bottleneck
          ? filters(before, from, inner) + filters(size, inner, inner, side: 3) + filters(size, inner, last)
          : filters(size, from, inner, side: 3) + filters(size, inner, inner, side: 3)
        if before != size || from != last { total += filters(size, from, last) }
        from = last
      }
    }
    return (total, from)
  }

  private func vgg(_ vision: ModelConfiguration.Convolutional) -> (flops: Double, width: Int) {
    var (size, from, total) = (vision.imageSize, 3, 0.0)
    for stack in VGG.widths(vision.architecture) {
      for width in stack {
        total += from == 3 ? first(size, 3, width) : filters(size, from, width, side: 3)
        from = width
      }
      size /= 2
    }
    return (total, from)
  }

  /// Nobody asks for a picture's gradient.
  private func first(_ size: Int, _ side: Int, _ width: Int) -> Double {
    product(size * size, 3 * side * side, width, passes: 2)
  }

  private func filters(_ size: Int, _ from: Int, _ to: Int, side: Int = 1) -> Double {
    product(size * size, from * side * side, to)
  }
}
