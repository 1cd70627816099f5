import Engine

/// A plain network of the supervised years, as torchvision has it up to its last feature map, whose mean is projected.
/// `arch` is ours: OpenCLIP knows such networks only through timm.
package struct PlainNetwork<Architecture: PlainArchitecture>: ImageTower {
  package var architecture: Architecture
  package var imageSize: Int

  enum CodingKeys: String, CodingKey, CaseIterable {
    case architecture = "arch"
    case imageSize = "image_size"
  }

  package init(from decoder: any Decoder) throws {
    try decoder.refuseFields(outside: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    architecture = try fields.decode(Architecture.self, forKey: .architecture)
    imageSize = try fields.decodeIfPresent(Int.self, forKey: .imageSize) ?? 224
  }

  package static var architectures: [String] { Architecture.allCases.map(\.rawValue) }

  /// Never by other fields: `arch` says its name.
  package static func isMeant(by decoder: any Decoder) -> Bool { false }

  package var smallestChunk: Int { imageSize / architecture.lastReduction > 1 ? 1 : 2 }
  package var isConvolutional: Bool { true }

  package func validate(_ path: String) throws(ModelConfigurationError) {
    try FieldChecks(path: path).sizes([("image_size", imageSize)], upTo: FieldChecks.largestSide)
    try FieldChecks(path: path).divides("image_size", imageSize, "the network's reduction", 32)
  }

  /// None that a field could make too many: the widths are fixed.
  package func parameterCounts(embeddingWidth: Int) -> [ParameterCount] { [] }

  package func flops(_ cost: StepCost) -> Double {
    let features = architecture.features(cost, imageSize: imageSize)
    return features.flops + cost.product(1, features.width, cost.configuration.embeddingWidth)
  }

  package func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder {
    architecture.encoder(at, imageSize: imageSize, embeddingWidth: model.embeddingWidth)
  }
}

/// The networks of one design, under the names that `arch` has for them.
package protocol PlainArchitecture: RawRepresentable, CaseIterable, Codable, Sendable, Equatable
where RawValue == String {
  /// By how much the side of what the last batch normalization sees is smaller than the picture's.
  var lastReduction: Int { get }

  /// The features of a picture: what they cost, and their width.
  func features(_ cost: StepCost, imageSize: Int) -> (flops: Double, width: Int)

  func encoder(_ at: Scope, imageSize: Int, embeddingWidth: Int) -> any ImageEncoder
}
