import Engine

/// Gradients of all parameters that learn; behind them what their running averages take up and the few sums that every worker
/// wants to know.
struct GradientBlock {
  /// What is summed over rows of the global batch.
  enum Statistic: Int, CaseIterable {
    case loss, imageHits, textHits
    /// Σ g² of each lane's gradient by itself: what the noise scale is found from.
    case laneSquares
  }

  private let parameters: Parameters
  /// Everything, as it travels.
  let tensor: Tensor

  init(_ parameters: Parameters) {
    self.init(parameters, Tensor(shape: [Self.count(parameters)]))
  }

  init(_ parameters: Parameters, _ tensor: Tensor) {
    self.parameters = parameters
    self.tensor = tensor
  }

  static func count(_ parameters: Parameters) -> Int { parameters.collectedCount + Statistic.allCases.count }

  /// Gradients and what averages take up, laid out like the begin of the parameters' values.
  var gradients: Tensor { tensor.elements(0..<parameters.collectedCount) }

  func part(_ declaration: Parameters.Declaration) -> Tensor { parameters.part(declaration, of: tensor) }

  subscript(statistic: Statistic) -> Float {
    get { tensor.buffer[parameters.collectedCount + statistic.rawValue] }
    nonmutating set { tensor.buffer[parameters.collectedCount + statistic.rawValue] = newValue }
  }

  /// Where all but the gradients lies; it travels in one piece.
  var statisticsRange: Range<Int> { parameters.learnedCount..<Self.count(parameters) }

  /// Σ g² of the gradients.
  func squares(_ buckets: Buckets) -> Double {
    tensor.sumsOfSquares(of: buckets.ranges, halvings: GradientNorms.halvings).reduce(0, +)
  }

  /// The padding between parameters is summed with them, so it must be zero.
  func clearPadding() {
    var end = 0
    for declaration in parameters.learned + parameters.averages {
      tensor.elements(end..<declaration.offset).fill(0)
      end = declaration.offset + declaration.count
    }
    tensor.elements(end..<parameters.collectedCount).fill(0)
  }
}
