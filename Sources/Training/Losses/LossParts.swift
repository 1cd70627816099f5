import Engine

/// What a worker found of a loss: gradients of its rows, and its lanes' parts of the sums.
public struct LossParts {
  /// ∂L of my pictures' and my texts' features, `[myRows, dim]` each.
  public let dImages: Tensor
  public let dTexts: Tensor
  /// One for each of my lanes.
  public let lanes: [Lane]

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
