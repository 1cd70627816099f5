import Engine

/// What a worker found of a loss: gradients of its rows, and its lanes' parts of the sums.
public struct LossParts {
  /// ∂L of my rows' features by source, `[myRows, dim]` each, of wrong captions `[myRows · each, dim]`.
  var gradients: [FeatureSource: Tensor]
  /// What each of my lanes adds to sums over the batch, in order.
  public var lanes: [Lane]

  public init(dImages: Tensor, dTexts: Tensor, lanes: [Lane]) {
    gradients = [.images: dImages, .texts: dTexts]
    self.lanes = lanes
  }

  /// Nothing yet.
  init(lanes: Int) {
    gradients = [:]
    self.lanes = Array(repeating: Lane(), count: lanes)
  }

  /// Adds what the rows of my i-th lane say by themselves.
  mutating func add(_ rows: ArraySlice<RowPart>, toLane i: Int) {
    lanes[i].loss += rows.reduce(0) { $0 + $1.loss }
    lanes[i].dScale += rows.reduce(0) { $0 + $1.dScale }
    lanes[i].imageHits += rows.count(where: \.isHit)
  }

  public var dImages: Tensor { gradient(of: .images) }
  public var dTexts: Tensor { gradient(of: .texts) }
  /// Nil where pictures see no wrong captions.
  public var dHardNegatives: Tensor? { gradients[.hardNegatives] }

  private func gradient(of source: FeatureSource) -> Tensor {
    guard let gradient = gradients[source] else { preconditionFailure("loss: no gradient of \(source)") }
    return gradient
  }

  /// What backward of a chunk begins from: its features, each with its rows of the gradient.
  ///
  /// - Parameter rows: the chunk's, counted among mine.
  func outputs(_ features: ChunkFeatures, _ rows: Range<Int>) -> [(tensor: Tensor, gradient: Tensor)] {
    FeatureSource.allCases.compactMap { source in
      guard let tensor = features[source], let gradient = gradients[source] else { return nil }
      let each = tensor.rows / rows.count
      return (tensor: tensor, gradient: gradient.rows(rows.lowerBound * each..<rows.upperBound * each))
    }
  }

  /// A lane's part of what is summed over the batch.
  public struct Lane: Equatable, Sendable {
    public var loss = 0.0
    public var dScale = 0.0
    public var dBias = 0.0
    /// Rows whose own text (picture) has the largest logit of those they see.
    public var imageHits = 0
    public var textHits = 0

    package init(
      loss: Double = 0, dScale: Double = 0, dBias: Double = 0, imageHits: Int = 0, textHits: Int = 0
    ) {
      self.loss = loss
      self.dScale = dScale
      self.dBias = dBias
      self.imageHits = imageHits
      self.textHits = textHits
    }
  }
}

extension BatchPlan {
  /// Parts of my lanes, with what the rows of each (counted among mine) say.
  func lanes(_ part: (_ lane: Int, _ rows: Range<Int>) -> LossParts.Lane) -> [LossParts.Lane] {
    myLanes.map { part($0, myRows(ofLane: $0)) }
  }
}
