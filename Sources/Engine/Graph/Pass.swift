/// How a model's layers are run once: an argument of theirs, so that a model may be evaluated amid its training.
public struct Pass: Sendable {
  /// Keys of the samples in training, one each: what random choices are drawn by. The same keys give the same choices,
  /// so that samples can be passed through again. Nil in evaluation, which draws nothing and takes no batch statistics.
  public let samples: [SampleKey]?
  /// Whether the graph reaches the parameters. If it doesn't, nothing is kept for backward.
  public let learns: Bool
  /// Whether the interior of encoders' blocks is dropped after forward and made again in backward, to the same bits:
  /// one more forward pass for a fraction of the memory.
  public let recomputesBlocks: Bool
  /// The share of states and of attention's weights that encoders with dropout leave out in training.
  public let dropoutShare: Float
  /// The lanes that parameters' gradients are summed by; nil where their sums go over all samples.
  let lanes: Lanes?

  public init(
    samples: [SampleKey]? = nil, learns: Bool, recomputesBlocks: Bool = false, dropoutShare: Float = 0,
    lanes: Lanes? = nil
  ) {
    (self.samples, self.learns, self.recomputesBlocks) = (samples, learns, recomputesBlocks)
    (self.dropoutShare, self.lanes) = (dropoutShare, lanes)
  }

  /// No random choices, running statistics, and no graph.
  public static let evaluation = Pass(learns: false)

  /// This pass without its graph: the same numbers.
  var withoutGraph: Pass {
    Pass(samples: samples, learns: false, recomputesBlocks: recomputesBlocks, dropoutShare: dropoutShare)
  }

  /// This pass where the samples lie in the rows of sequences.
  public func over(_ sequences: Sequences) -> Pass {
    Pass(
      samples: samples, learns: learns, recomputesBlocks: recomputesBlocks, dropoutShare: dropoutShare,
      lanes: lanes?.over(sequences))
  }

  /// What is left out of samples at one place of the network; nil where nothing is.
  ///
  /// - Parameter site: a number of its own for each place, below 256.
  public func dropout(at site: Int) -> Dropout? {
    guard let samples, dropoutShare > 0 else { return nil }
    return Dropout(samples: samples, share: dropoutShare, site: site)
  }

  /// Statistics of the samples at hand in training, the running ones else.
  public var statistics: NormStatistics { samples == nil ? .running : .batch }

  /// Runs one block of an encoder, whose interior is kept or made again.
  ///
  /// - Parameter body: the block; keep no tensor in it.
  public func block(_ x: Tensor, _ body: @escaping (Tensor, Pass) -> Tensor) -> Tensor {
    recomputesBlocks ? recomputed(x, self, body) : body(x, self)
  }
}
