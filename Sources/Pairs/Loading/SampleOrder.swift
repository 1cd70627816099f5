/// The endless sequence of samples, every epoch in a new order: a function of seed and position alone, whatever was
/// asked before and by whom.
///
/// Position p is place p mod n of epoch ⌊p / n⌋. `FullOrder` permutes all of an epoch, `WindowedOrder` by the window of
/// some shards, and `DiverseOrder` rearranges either so that what is alike doesn't meet in a batch. `ORDER.md` compares
/// them. May be asked from several threads.
public struct SampleOrder: Sendable {
  public let seed: UInt64
  /// The length of an epoch.
  public var count: Int { mixture.slots }
  /// How many samples there are.
  public var samples: Int { mixture.samples }
  private let mixture: Mixture
  private let draws: any DrawOrder

  /// All samples in any order.
  ///
  /// - Parameters:
  ///   - seed: the run's.
  ///   - count: how many samples there are.
  public init(seed: UInt64, count: Int) { self.init(seed: seed, Mixture([.init(count: count)])) }

  /// All samples of an epoch in any order.
  ///
  /// - Parameter seed: the run's.
  public init(seed: UInt64, _ mixture: Mixture) {
    self.init(seed: seed, mixture, FullOrder(seed: seed, mixture))
  }

  /// The shards in any order, and their samples in any order within a window of so many shards.
  ///
  /// - Parameters:
  ///   - seed: the run's.
  ///   - shards: `PairSource.shardRanges` of the mixture's samples.
  ///   - window: the most shards of a source that are read at a time.
  public init(seed: UInt64, _ mixture: Mixture, shards: [Range<Int>], window: Int) {
    self.init(seed: seed, mixture, WindowedOrder(seed: seed, mixture, shards: shards, window: window))
  }

  private init(seed: UInt64, _ mixture: Mixture, _ draws: any DrawOrder) {
    precondition(mixture.slots > 0 && mixture.slots < 1 << 32, "sample order: \(mixture.slots) samples an epoch")
    (self.seed, self.mixture, self.draws) = (seed, mixture, draws)
  }

  /// This order, rearranged so that samples of equal contents lie in different batches where they can.
  ///
  /// - Parameters:
  ///   - batch: the global batch's size.
  ///   - contents: of all samples.
  public func diverse(batch: Int, _ contents: SampleContents) -> SampleOrder {
    precondition(contents.count == samples, "sample order: contents of \(contents.count) of \(samples) samples")
    return SampleOrder(seed: seed, mixture, DiverseOrder(draws, epoch: count, batch: batch, contents, seed: seed))
  }

  /// The sample at a position, counted from the begin of the first epoch.
  ///
  /// - Returns: its index, and how often it has been drawn before: with the index that names its random numbers. Without
  ///   weights that is the position's epoch.
  public func sample(at position: Int) -> (epoch: Int, index: Int) {
    precondition(position >= 0, "sample order: position \(position)")
    return draws.sample(at: position)
  }
}

/// Which sample each position is: one way to order them.
protocol DrawOrder: Sendable {
  /// As `SampleOrder.sample(at:)`.
  func sample(at position: Int) -> (epoch: Int, index: Int)
  /// Positions within which samples may change places and reading stays what the order promises.
  var span: Int { get }
}
