import Engine

/// Floating-point operations of a training step's matrix products, as a plain implementation that does nothing needless
/// would do them: 2 for a multiplication and its addition; forward, then gradients of inputs and of weights.
///
/// Not counted: texts' positions after the longest end where nobody sees them, a second forward pass, element-wise work,
/// and in a tower's last block all rows but the one that is read where only one is.
public struct StepCost: Sendable {
  let configuration: ModelConfiguration
  /// Positions of a text that are needed.
  private let captionTokens: Int
  /// Whether gradients are counted too.
  private var training = true

  public init(_ configuration: ModelConfiguration, captionTokens: Int) {
    self.configuration = configuration
    self.captionTokens = min(captionTokens, configuration.text.contextLength)
  }

  /// Of one pair's encoders, forward and backward.
  public var flopsPerPair: Double { flopsPerPair(.image) + flopsPerPair(.text) }

  /// Of a pair's picture or text.
  public func flopsPerPair(_ tower: Tower) -> Double {
    switch (tower, configuration.vision, configuration.text) {
    case (.image, .vit(let fields), _): of(fields)
    case (.image, .modifiedResNet(let fields), _): of(fields)
    case (.image, .convolutional(let fields), _): of(fields)
    case (.text, _, .gpt(let fields)): of(fields)
    case (.text, _, .bert(let fields)): of(fields)
    }
  }

  private func of(_ vision: ModelConfiguration.ViT) -> Double {
    let (width, embedding) = (vision.width, configuration.embeddingWidth)
    let patch = 3 * vision.patchSize * vision.patchSize
    // Nobody asks for a picture's gradient.
    let cut = product(vision.patchCount, patch, width, passes: 2)
    let dropout = PatchDropout(fraction: vision.patchDropout, tokens: vision.tokenCount)
    let kept = vision.patchDropout > 0 ? dropout.keptPatches(of: vision.patchCount) : vision.patchCount
    let readsOne = vision.pooling == .classToken && !vision.distillationToken
    return cut
      + tower(
        length: vision.tokenCount + kept, width: width, mlp: vision.mlpWidth, layers: vision.layers, readsOne: readsOne)
      + Double(vision.tokenCount) * product(1, width, embedding)
  }

  private func of(_ text: ModelConfiguration.GPT) -> Double {
    let needsAll = text.bidirectional || text.pooling == .last
    return tower(
      length: needsAll ? text.contextLength : captionTokens, width: text.width, mlp: text.mlpWidth, layers: text.layers,
      readsOne: true) + (text.projection == .none ? 0 : product(1, text.width, configuration.embeddingWidth))
  }

  private func of(_ text: ModelConfiguration.BERT) -> Double {
    let (width, embedding) = (text.sizes.width, configuration.embeddingWidth)
    let middle = (width + embedding) / 2
    let projection =
      switch text.projection {
      case nil: 0.0
      case .linear: product(1, width, embedding)
      case .mlp: product(1, width, middle) + product(1, middle, embedding)
      }
    return tower(
      length: captionTokens, width: width, mlp: text.sizes.mlpWidth, layers: text.sizes.layers, readsOne: false)
      + (text.pooling == .pooled ? product(1, width, width) : 0) + projection
  }

  /// Of one pair's encoders, forward alone.
  public var forwardFlopsPerPair: Double { forward.flopsPerPair }

  /// The same cost without gradients.
  public var forward: StepCost {
    var forward = self
    forward.training = false
    return forward
  }

  /// Of the loss over a batch: similarities, once forward and once again, and two gradients.
  public func lossFlops(batch: Int) -> Double {
    4 * 2 * Double(batch) * Double(batch) * Double(configuration.embeddingWidth)
  }

  private func tower(length: Int, width: Int, mlp: Int, layers: Int, readsOne: Bool) -> Double {
    let attention = 2 * product(length, width, length)
    let block = product(length, width, 4 * width) + attention + 2 * product(length, width, mlp)
    guard readsOne else { return Double(layers) * block }
    let last =
      product(length, width, 2 * width) + 2 * product(1, width, width) + 2 * product(1, width, length)
      + 2 * product(1, width, mlp)
    return Double(layers - 1) * block + last
  }

  func product(_ rows: Int, _ inner: Int, _ columns: Int, passes: Int = 3) -> Double {
    2 * Double(training ? passes : 1) * Double(rows) * Double(inner) * Double(columns)
  }
}
