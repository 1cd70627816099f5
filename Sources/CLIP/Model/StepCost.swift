import Engine

/// Floating-point operations of a training step's matrix products, as a plain implementation that does nothing needless
/// would do them: 2 for a multiplication and its addition; forward, then gradients of inputs and of weights.
///
/// Not counted: texts' positions behind their end where nobody sees them, a second forward pass, element-wise work, and in
/// a tower's last block all rows but the one that is read where only one is.
public struct StepCost: Sendable {
  let configuration: ModelConfiguration
  /// How many of each text's first positions are needed, for as many texts as stand for all.
  private let captionLengths: [Int]
  /// Whether gradients are counted too.
  private var training = true

  public init(_ configuration: ModelConfiguration, captionTokens: Int) {
    self.init(configuration, captionLengths: [captionTokens])
  }

  /// The mean over captions.
  ///
  /// - Parameter captionLengths: tokens of at least one caption, its end included.
  public init(_ configuration: ModelConfiguration, captionLengths: [Int]) {
    precondition(!captionLengths.isEmpty, "step cost: of no captions")
    self.configuration = configuration
    self.captionLengths = captionLengths.map { min($0, configuration.text.contextLength) }
  }

  /// The cost of one pair's encoders, forward and backward.
  public var flopsPerPair: Double { flopsPerPair(.image) + flopsPerPair(.text) }

  /// The cost of one pair's picture or text, forward and backward.
  public func flopsPerPair(_ tower: Tower) -> Double {
    switch tower {
    case .image: configuration.vision.tower.flops(self)
    case .text:
      captionLengths.reduce(0) { $0 + configuration.text.tower.flops(self, captionTokens: $1) }
        / Double(captionLengths.count)
    }
  }

  /// The cost of one pair's encoders, forward alone.
  public var forwardFlopsPerPair: Double { forward.flopsPerPair }

  /// This cost without that of gradients.
  public var forward: StepCost {
    var forward = self
    forward.training = false
    return forward
  }

  /// The cost of the loss over a batch: similarities, once forward and once again, and two gradients.
  public func lossFlops(batch: Int) -> Double {
    4 * 2 * Double(batch) * Double(batch) * Double(configuration.embeddingWidth)
  }

  /// The cost of a transformer's blocks for one sequence.
  ///
  /// - Parameter readsOne: whether the last block's result is needed of one position alone.
  func blocks(length: Int, width: Int, mlp: Int, layers: Int, readsOne: Bool) -> Double {
    let attention = 2 * product(length, width, length)
    let block = product(length, width, 4 * width) + attention + 2 * product(length, width, mlp)
    guard readsOne else { return Double(layers) * block }
    let last =
      product(length, width, 2 * width) + 2 * product(1, width, width) + 2 * product(1, width, length)
      + 2 * product(1, width, mlp)
    return Double(layers - 1) * block + last
  }

  /// The cost of a product of `[rows, inner]` and `[inner, columns]`.
  ///
  /// - Parameter passes: products in a training step: forward, and one for each gradient that somebody asks for.
  func product(_ rows: Int, _ inner: Int, _ columns: Int, passes: Int = 3) -> Double {
    2 * Double(training ? passes : 1) * Double(rows) * Double(inner) * Double(columns)
  }
}
