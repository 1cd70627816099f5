import Engine
import Foundation

/// Two encoders into one space, and the scale of their products.
public final class CLIPModel {
  public let configuration: ModelConfiguration
  public let preprocessing: Preprocessing
  public let parameters = Parameters()
  /// The logarithm of what products of embeddings are multiplied by.
  public let logScale: Parameter
  /// What is added to all logits, where the configuration has it: SigLIP's.
  public let logBias: Parameter?
  let visual: any ImageEncoder
  let text: any TextEncoder

  /// The logarithm of what products of untrained embeddings are multiplied by: OpenAI's 1 / 0.07.
  public static let initialLogScale = Float(log(1 / 0.07))

  /// A model whose parameters have their place but no memory yet, to be allocated once the weights are there.
  ///
  /// - Parameter tower: the one that has a place, with the scale and the bias; nil for both.
  init(
    laidOut configuration: ModelConfiguration, preprocessing: Preprocessing, locks: TowerLocks, only tower: Tower? = nil
  ) {
    self.configuration = configuration
    self.preprocessing = preprocessing
    (logScale, logBias, visual, text) = configuration.declare(in: parameters)
    parameters.layOut(locking: locks.locks) { tower != nil && $0.tower != nil && $0.tower != tower }
  }

  /// A model whose parameters are all zero, to be initialized or loaded.
  public convenience init(
    _ configuration: ModelConfiguration, preprocessing: Preprocessing = .openAI, locks: TowerLocks = TowerLocks()
  ) {
    self.init(laidOut: configuration, preprocessing: preprocessing, locks: locks)
    parameters.allocate()
  }

  /// A model drawn as OpenCLIP draws it, from the run's seed.
  public convenience init(
    _ configuration: ModelConfiguration, preprocessing: Preprocessing = .openAI, locks: TowerLocks = TowerLocks(),
    seed: UInt64
  ) {
    self.init(configuration, preprocessing: preprocessing, locks: locks)
    parameters.initialize(seed: seed)
  }

  /// Whether any parameter of a tower learns.
  public func learns(_ tower: Tower) -> Bool { parameters.learned.contains { $0.tower == tower } }

  /// Whether several lanes may go through the encoders at once.
  package var takesLanes: Bool { configuration.takesLanes { self.learns($0) } }

  /// What products of embeddings are multiplied by.
  public var scale: Float { exp(logScale.values.array[0]) }

  /// What is added to all logits; 0 unless the configuration has `init_logit_bias`.
  public var bias: Float { logBias?.values.array[0] ?? 0 }

  /// What is added to all logits of a model that was trained to say of each pair by itself whether it belongs together;
  /// nil for one that wasn't.
  public var ownBias: Float? { logBias == nil ? nil : bias }

  /// Embeddings of pictures.
  ///
  /// - Parameter pixels: bytes `[count, imageSize, imageSize, 3]`
  /// - Returns: `[count, embeddingWidth]`, rows of length 1.
  public func imageFeatures(_ pixels: [UInt8], _ pass: Pass = .evaluation) -> Tensor {
    unitRows(visual(pixels, preprocessing, pass))
  }

  /// Embeddings of texts.
  ///
  /// - Parameter tokens: `[count · contextLength]`
  /// - Returns: `[count, embeddingWidth]`, rows of length 1; those of a supervised model's classes are of any length.
  public func textFeatures(_ tokens: [Int32], _ pass: Pass = .evaluation) -> Tensor {
    let rows = text(tokens, pass)
    return isSupervised ? rows : unitRows(rows)
  }
}

extension ModelConfiguration {
  /// Declares a model's parameters and builds its encoders.
  func declare(
    in parameters: Parameters
  ) -> (logScale: Parameter, logBias: Parameter?, visual: any ImageEncoder, text: any TextEncoder) {
    let root = Scope(parameters)
    let logScale = (root / "logit_scale").parameter(
      [], .constant(initialLogScale.map { Float($0) } ?? CLIPModel.initialLogScale))
    let logBias = initialLogBias.map { (root / "logit_bias").parameter([], .constant(Float($0))) }
    return (
      logScale, logBias, vision.tower.encoder((root / "visual").tower(.image), self),
      text.tower.encoder(root.tower(.text), self)
    )
  }

  /// Whether several lanes may go through the towers at once. A picture's bits out of a convolution aren't promised to be the
  /// same among other numbers of pictures, so a locked tower of convolutions takes none either.
  package func takesLanes(_ learns: (Tower) -> Bool) -> Bool {
    (learns(.image) ? vision.tower.takesLanes : !vision.isConvolutional) && (!learns(.text) || text.tower.takesLanes)
  }

  /// How the model's parameters lie in memory. Nothing is allocated, so it may be a model that no memory holds.
  public func parameterLayout(locks: TowerLocks = TowerLocks()) -> ParameterLayout {
    let parameters = Parameters()
    _ = declare(in: parameters)
    parameters.layOut(locking: locks.locks)
    return parameters.layout
  }

  public var parameterDeclarations: [Parameters.Declaration] { parameterLayout().declarations }

  /// How many numbers the model learns.
  public var parameterCount: Int { parameterLayout().count }
}
