/// A loss over all pairs of the global batch, of which each worker does the part of its own rows.
///
/// It has two halves, since a row's gradient needs what other workers find about their rows: `begin` takes the gathered
/// features and finds statistics of my rows; once those are gathered too, `PendingLoss.gradients` are my rows'.
/// Whatever the loss keeps in between lies in that closure. Every sum runs over tiles in the order of the global grid,
/// by lane, so that its bits don't depend on the number of workers: see `EXACTNESS.md`.
public protocol PairLoss {
  var plan: BatchPlan { get }
  /// What the batch must say about its rows beyond their features.
  var labels: RowLabels.Kinds { get }
  /// What the loss remembers from step to step, part of a checkpoint.
  var estimates: SampleEstimates? { get }
  /// The first half: what all workers need to know of my rows.
  func begin(_ batch: PairBatch) -> PendingLoss
}

extension PairLoss {
  public var estimates: SampleEstimates? { nil }
}
