import Engine

/// Parameters, about, and the field that makes them many. A Double doesn't overflow.
package typealias ParameterCount = (field: String, count: Double)

/// The fields of one kind of tower, with OpenCLIP's names and defaults, and all that follows from them.
package protocol TowerConfiguration: Codable, Sendable, Equatable {
  /// Whether a tower's fields are this kind's. Kinds are asked in the order of `EncoderKinds`.
  static func isMeant(by decoder: any Decoder) throws -> Bool

  /// Throws unless every field holds what it may.
  ///
  /// - Parameter path: of the tower's fields, for errors: `vision_cfg.`.
  func validate(_ path: String) throws(ModelConfigurationError)

  /// Throws unless the fields suit the rest of the model's.
  func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError)

  /// All but biases and norms.
  func parameterCounts(embeddingWidth: Int) -> [ParameterCount]

  /// Whether several lanes may go through the encoder at once (`Pass.lanes`): each parameter's gradient is one sum over the
  /// samples' rows, and no sample sees another.
  var takesLanes: Bool { get }
}

extension TowerConfiguration {
  package func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError) {}

  package var takesLanes: Bool { false }

  func equals(_ other: any TowerConfiguration) -> Bool { other as? Self == self }
}

/// A kind of image tower.
package protocol ImageTower: TowerConfiguration {
  /// What `arch` may say to mean this kind; none for one that OpenCLIP tells by other fields.
  static var architectures: [String] { get }

  /// Pixels of a picture's side.
  var imageSize: Int { get set }

  /// The fewest pictures that a chunk's batch statistics can be taken of.
  var smallestChunk: Int { get }

  /// Whether its work is convolutions rather than a transformer's products.
  var isConvolutional: Bool { get }

  /// What the tower costs for one picture.
  func flops(_ cost: StepCost) -> Double

  /// Declares the parameters and builds the encoder.
  ///
  /// - Parameter at: where the image tower's parameters are, `visual`.
  func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder
}

extension ImageTower {
  package static var architectures: [String] { [] }
  package var smallestChunk: Int { 1 }
  package var isConvolutional: Bool { false }
}

/// A kind of text tower.
package protocol TextTower: TowerConfiguration {
  /// Tokens of a caption, padding included.
  var contextLength: Int { get set }
  var vocabularySize: Int { get }

  /// Which tokenizer it is read by, as OpenCLIP says it.
  var tokenizer: TokenizerFields { get set }

  /// What fills a caption up to the context's length.
  var padToken: Int32 { get }

  /// A token that ends a caption made up of smaller ones.
  var someEndToken: Int32 { get }

  /// What keeps the encoder from reading a tokenizer's captions: see `ModelConfiguration.Text`.
  func objection(ids: Int, padding: Int32, last: Int32) -> String?

  /// What the tower costs for one caption of so many tokens, its end included.
  func flops(_ cost: StepCost, captionTokens: Int) -> Double

  /// Declares the parameters and builds the encoder.
  ///
  /// - Parameter root: of the tree of names.
  func encoder(_ root: Scope, _ model: ModelConfiguration) -> any TextEncoder
}

extension TextTower {
  package var someEndToken: Int32 { Int32(vocabularySize - 1) }
}
