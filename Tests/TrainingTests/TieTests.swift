import CLIP
import Engine
import Testing
import Training

@Suite struct TieTests {
  /// Of 600 rows, so that rivals lie in other tiles too.
  @Test(arguments: [1, 2]) func `a model that says the same of everything finds nothing`(_ workers: Int) {
    let same = Tensor(shape: [600, 4], (0..<2400).map { $0 % 4 == 0 ? 1 : 0 })
    let batch = PairBatch(images: same, texts: same, scale: 10)
    for found in Self.losses(batch, workers) { #expect(found.imageHits == 0 && found.textHits == 0) }
  }

  @Test(arguments: [1, 2]) func `rows that tie are no hits, and the others are`(_ workers: Int) {
    // Two of them are the same, far apart.
    var rows = randomUnitRows(600, 16, seed: 5).array
    rows.replaceSubrange(590 * 16..<591 * 16, with: rows[3 * 16..<4 * 16])
    let tensor = Tensor(shape: [600, 16], rows)
    let batch = PairBatch(images: tensor, texts: tensor, scale: 10)
    for found in Self.losses(batch, workers) { #expect(found.imageHits == 598 && found.textHits == 598) }
  }

  private static func losses(_ batch: PairBatch, _ workers: Int) -> [WholeLoss] {
    [
      WholeLoss(batch, lanes: 2, workers: workers) { ContrastiveLoss(plan: $0) },
      WholeLoss(batch, lanes: 2, workers: workers) { MaskedContrastiveLoss(plan: $0, rules: PairRules()) },
      WholeLoss(batch, lanes: 2, workers: workers) { SigmoidLoss(plan: $0) },
    ]
  }
}
