import Engine

/// A loss over all pairs of the global batch, of which each worker does the part of its own rows.
///
/// Begin with the gathered features, gather what that found about my rows, finish: gradients of my rows. Whatever the loss
/// keeps in between lies in the closure. Every sum runs over tiles in the order of the global grid, by lane, so that its
/// bits don't depend on the number of workers.
///
/// - Source: design.md §4.
public protocol PairLoss {
  var plan: BatchPlan { get }
  /// What the batch must say about its rows beyond their features.
  var labels: RowLabels.Kinds { get }
  /// What the loss remembers from step to step, part of a checkpoint.
  var estimates: SampleEstimates? { get }
  func begin(_ batch: PairBatch) -> HalfLoss
}

extension PairLoss {
  public var estimates: SampleEstimates? { nil }
}

/// The global batch, as every worker holds it.
public struct PairBatch {
  /// Gathered unit rows, `[batch, dim]`.
  public let images: Tensor
  public let texts: Tensor
  /// Logits are scale · cosine + bias.
  public let scale: Float
  public let bias: Float
  /// Steps done before this one.
  public let step: Int
  public let labels: RowLabels

  public init(
    images: Tensor, texts: Tensor, scale: Float, bias: Float = 0, step: Int = 0, labels: RowLabels = RowLabels()
  ) {
    self.images = images
    self.texts = texts
    self.scale = scale
    self.bias = bias
    self.step = step
    self.labels = labels
  }
}

/// A loss halfway.
public struct HalfLoss {
  /// Vectors of `[myRows]` that all workers need.
  public let statistics: [Tensor]
  /// Takes the same gathered, `[batch]` each.
  public let finish: (_ statistics: [Tensor]) -> LossParts

  public init(statistics: [Tensor], finish: @escaping (_ statistics: [Tensor]) -> LossParts) {
    self.statistics = statistics
    self.finish = finish
  }
}

/// What a worker found.
public struct LossParts {
  /// ∂L of my rows, `[myRows, dim]`.
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
  /// Calls `body` for every tile in my rows or my columns, in the order of the global grid.
  func eachTile(_ body: (_ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    let tiles = tiles
    for rows in tiles {
      for columns in tiles
      where myRows.contains(rows.lowerBound) || myRows.contains(columns.lowerBound) { body(rows, columns) }
    }
  }

  /// My part of rows of the batch, counted among mine; nil when they are another worker's.
  func mine(_ rows: Range<Int>) -> Range<Int>? {
    myRows.contains(rows.lowerBound) ? rows.shifted(by: -myRows.lowerBound) : nil
  }

  /// A lane's rows, counted among mine.
  func myRows(ofLane lane: Int) -> Range<Int> { rows(ofLane: lane).shifted(by: -myRows.lowerBound) }

  /// Parts of my lanes, with what the rows of each (counted among mine) say.
  func lanes(_ part: (_ lane: Int, _ rows: Range<Int>) -> LossParts.Lane) -> [LossParts.Lane] {
    myLanes.map { part($0, myRows(ofLane: $0)) }
  }
}

extension Range<Int> {
  func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}
