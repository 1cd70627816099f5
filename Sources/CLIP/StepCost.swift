/// Floating-point operations of a training step's matrix products, as a plain implementation that does nothing needless
/// would do them: 2 for a multiplication and its addition; forward, then gradients of inputs and of weights.
///
/// Not counted: texts' positions after the longest end, a second forward pass, element-wise work, and in a tower's last
/// block all rows but the one that is read.
public struct StepCost: Sendable {
  private let configuration: ModelConfiguration
  /// Positions of a text that are needed.
  private let captionTokens: Int
  /// Whether gradients are counted too.
  private var training = true

  public init(_ configuration: ModelConfiguration, captionTokens: Int) {
    self.configuration = configuration
    self.captionTokens = min(captionTokens, configuration.text.contextLength)
  }

  /// Of one pair's encoders, forward and backward.
  public var flopsPerPair: Double {
    let pictures = switch configuration.vision {
      case .vit(let fields): of(fields)
      }
    let texts = switch configuration.text {
      case .gpt(let fields): of(fields)
      }
    return pictures + texts
  }

  private func of(_ vision: ModelConfiguration.ViT) -> Double {
    let patch = 3 * vision.patchSize * vision.patchSize
    // Nobody asks for a picture's gradient.
    let cut = product(vision.patchCount, patch, vision.width, passes: 2)
    return cut
      + tower(length: 1 + vision.patchCount, width: vision.width, mlp: vision.mlpWidth, layers: vision.layers)
      + product(1, vision.width, configuration.embeddingWidth)
  }

  private func of(_ text: ModelConfiguration.GPT) -> Double {
    tower(length: captionTokens, width: text.width, mlp: text.mlpWidth, layers: text.layers)
      + product(1, text.width, configuration.embeddingWidth)
  }

  /// Of one pair's encoders, forward alone.
  public var forwardFlopsPerPair: Double {
    var forward = self
    forward.training = false
    return forward.flopsPerPair
  }

  /// Of the loss over a batch: similarities, once forward and once again, and two gradients.
  public func lossFlops(batch: Int) -> Double {
    4 * 2 * Double(batch) * Double(batch) * Double(configuration.embeddingWidth)
  }

  private func tower(length: Int, width: Int, mlp: Int, layers: Int) -> Double {
    let attention = 2 * product(length, width, length)
    let block = product(length, width, 4 * width) + attention + 2 * product(length, width, mlp)
    let last =
      product(length, width, 2 * width) + 2 * product(1, width, width) + 2 * product(1, width, length)
      + 2 * product(1, width, mlp)
    return Double(layers - 1) * block + last
  }

  private func product(_ rows: Int, _ inner: Int, _ columns: Int, passes: Int = 3) -> Double {
    2 * Double(training ? passes : 1) * Double(rows) * Double(inner) * Double(columns)
  }
}
