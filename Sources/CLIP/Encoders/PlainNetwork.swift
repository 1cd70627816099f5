import Engine

extension ModelConfiguration {
  /// The plain networks of the supervised years, as torchvision has them up to their last feature map, whose mean is
  /// projected. The field is ours: OpenCLIP knows them only through timm.
  public struct Convolutional: TowerConfiguration {
    public enum Architecture: String, Codable, Sendable, CaseIterable {
      case resnet18, resnet50
      case vgg11 = "vgg11_bn"
      case vgg16 = "vgg16_bn"
    }

    public var architecture: Architecture
    public var imageSize: Int

    enum CodingKeys: String, CodingKey, CaseIterable {
      case architecture = "arch"
      case imageSize = "image_size"
    }

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(outside: CodingKeys.self)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      let name = try fields.decode(String.self, forKey: .architecture)
      guard let known = Architecture(rawValue: name) else {
        let names = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
        throw ModelConfigurationError.value(field: "vision_cfg.arch", found: name, expected: "one of \(names)")
      }
      architecture = known
      imageSize = try fields.decodeIfPresent(Int.self, forKey: .imageSize) ?? 224
    }

    func validate(_ path: String) throws(ModelConfigurationError) {
      try FieldChecks(path: path).sizes([("image_size", imageSize)], upTo: FieldChecks.largestSide)
      try FieldChecks(path: path).divides("image_size", imageSize, "the network's reduction", 32)
    }

    /// Few: its widths are fixed.
    func parameterCounts(embeddingWidth: Int) -> [ParameterCount] { [] }

    /// Of the pictures that the last batch normalization sees.
    var smallestSide: Int {
      switch architecture {
      case .resnet18, .resnet50: imageSize / 32
      case .vgg11, .vgg16: imageSize / 16
      }
    }

    func encoder(_ at: Scope, embeddingWidth: Int) -> any ImageEncoder {
      switch architecture {
      case .resnet18, .resnet50: ResNet(at, self, embeddingWidth: embeddingWidth)
      case .vgg11, .vgg16: VGG(at, self, embeddingWidth: embeddingWidth)
      }
    }
  }
}

/// Means over all points of a feature map, projected.
struct MeanProjection {
  let weight: Parameter

  init(_ at: Scope, width: Int, embeddingWidth: Int) {
    weight = at.parameter([width, embeddingWidth], .normal(deviation: 1 / Float(width).squareRoot()))
  }

  /// - Parameter x: `[batch, side, side, width]`
  /// - Returns: `[batch, embeddingWidth]`
  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    let means = averagePool(x, window: x.shape[1]).reshaped([x.shape[0], x.width])
    return linear(means, weight.operand(pass), transposed: true, result: .f32)
  }
}
