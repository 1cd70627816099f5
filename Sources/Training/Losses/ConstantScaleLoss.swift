/// Another loss under a scale that isn't learned.
package struct ConstantScaleLoss: PairLoss {
  let loss: any PairLoss

  package init(of loss: any PairLoss) { self.loss = loss }

  package var plan: BatchPlan { loss.plan }
  package var labels: RowLabels.Kinds { loss.labels }
  package var averages: SampleAverages? { loss.averages }

  package func begin(_ batch: PairBatch) -> HalfLoss {
    let half = loss.begin(batch)
    return HalfLoss(statistics: half.statistics) { gathered in
      let parts = half.finish(gathered)
      let lanes = parts.lanes.map { lane in
        var lane = lane
        lane.dScale = 0
        return lane
      }
      return LossParts(dImages: parts.dImages, dTexts: parts.dTexts, lanes: lanes)
    }
  }
}
