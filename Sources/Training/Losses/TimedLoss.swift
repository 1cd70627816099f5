/// Another loss whose two halves are timed.
struct TimedLoss: PairLoss {
  let loss: any PairLoss
  let clock: PhaseClock

  var plan: BatchPlan { loss.plan }
  var labels: RowLabels.Kinds { loss.labels }
  var estimates: SampleEstimates? { loss.estimates }

  func begin(_ batch: PairBatch) -> PendingLoss {
    let pending = clock.time(.loss) { loss.begin(batch) }
    return PendingLoss(statistics: pending.statistics) { gathered in
      clock.time(.loss) { pending.gradients(gathered) }
    }
  }
}
