/// Another loss under a scale that isn't learned: its gradient in s is zero, all else its own.
package struct ConstantScaleLoss: PairLoss {
  private let loss: any PairLoss

  package init(of loss: any PairLoss) { self.loss = loss }

  package var plan: BatchPlan { loss.plan }
  package var labels: RowLabels.Kinds { loss.labels }
  package var estimates: SampleEstimates? { loss.estimates }

  package func begin(_ batch: PairBatch) -> PendingLoss {
    let pending = loss.begin(batch)
    return PendingLoss(statistics: pending.statistics) { gathered in
      var parts = pending.gradients(gathered)
      for i in parts.lanes.indices { parts.lanes[i].dScale = 0 }
      return parts
    }
  }
}
