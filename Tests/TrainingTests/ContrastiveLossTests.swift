import Engine
import Foundation
import Randomness
import TestSupport
import Testing
import Training

/// The loss and its gradients, put together from all workers as they would compute them.
struct WholeLoss {
  var loss = 0.0
  var dImages: [Float] = []
  var dTexts: [Float] = []
  var dHardNegatives: [Float] = []
  var dScale = 0.0
  var dBias = 0.0
  var lanes: [LossParts.Lane] = []

  var imageHits: Int { lanes.reduce(0) { $0 + $1.imageHits } }
  var textHits: Int { lanes.reduce(0) { $0 + $1.textHits } }

  /// - Parameter make: each worker's loss.
  init(
    _ batch: PairBatch, lanes: Int, workers: Int, tileSide: Int = 512,
    make: (BatchPlan) throws -> any PairLoss
  ) rethrows {
    let rows = batch.images.rows
    let plans = (0..<workers).map {
      BatchPlan(batch: rows, chunk: rows / lanes, lanes: lanes, workers: workers, rank: $0, tileSide: tileSide)
    }
    let halves = try plans.map { try make($0).begin(batch) }
    let gathered = halves[0].statistics.indices.map { k in
      Tensor(shape: [rows], halves.flatMap { $0.statistics[k].array })
    }
    for half in halves {
      let parts = half.gradients(gathered)
      dImages += parts.dImages.array
      dTexts += parts.dTexts.array
      dHardNegatives += parts.dHardNegatives?.array ?? []
      self.lanes += parts.lanes
    }
    loss = self.lanes.reduce(0) { $0 + $1.loss }
    dScale = self.lanes.reduce(0) { $0 + $1.dScale }
    dBias = self.lanes.reduce(0) { $0 + $1.dBias }
  }

  init(_ images: Tensor, _ texts: Tensor, scale: Float, lanes: Int, workers: Int) {
    self.init(PairBatch(images: images, texts: texts, scale: scale), lanes: lanes, workers: workers) {
      ContrastiveLoss(plan: $0)
    }
  }

  /// The same by the book, in Double, with the whole matrix held.
  init(plain images: Tensor, _ texts: Tensor, scale: Double) {
    let (batch, dim) = (images.rows, images.width)
    let i = images.array.map(Double.init)
    let t = texts.array.map(Double.init)
    let s = (0..<batch).map { r in
      (0..<batch).map { c in (0..<dim).reduce(0.0) { $0 + i[r * dim + $1] * t[c * dim + $1] } }
    }
    func lse(_ x: [Double]) -> Double {
      let m = x.max() ?? 0
      return m + log(x.reduce(0) { $0 + exp($1 - m) })
    }
    let byRow = s.map { lse($0.map { $0 * scale }) }
    let byColumn = (0..<batch).map { c in lse(s.map { $0[c] * scale }) }
    lanes = [LossParts.Lane()]
    var (dI, dT) = ([Double](repeating: 0, count: batch * dim), [Double](repeating: 0, count: batch * dim))
    for r in 0..<batch {
      loss += (byRow[r] + byColumn[r] - 2 * scale * s[r][r]) / Double(2 * batch)
      lanes[0].imageHits += s[r].indices.allSatisfy { $0 == r || s[r][$0] < s[r][r] } ? 1 : 0
      lanes[0].textHits += s.indices.allSatisfy { $0 == r || s[$0][r] < s[r][r] } ? 1 : 0
      for c in 0..<batch {
        let g =
          (exp(scale * s[r][c] - byRow[r]) + exp(scale * s[r][c] - byColumn[c]) - (r == c ? 2 : 0)) / Double(2 * batch)
        dScale += g * s[r][c]
        for d in 0..<dim {
          dI[r * dim + d] += scale * g * t[c * dim + d]
          dT[c * dim + d] += scale * g * i[r * dim + d]
        }
      }
    }
    dImages = dI.map { Float($0) }
    dTexts = dT.map { Float($0) }
  }
}

func randomUnitRows(_ rows: Int, _ dim: Int, seed: UInt64) -> Tensor {
  var random = Philox(seed: seed, purpose: .data)
  return unitRows(Tensor(shape: [rows, dim], (0..<rows * dim).map { _ in random.uniform(in: -1...1) }))
}

@Suite struct ContrastiveLossTests {
  @Test(arguments: ["loss", "loss_alike", "loss_opposite"])
  func `loss and gradients agree with PyTorch`(_ name: String) throws {
    let golden = try Golden("ops")
    func tensor(_ part: String) throws -> Tensor {
      Tensor(shape: try golden.shape("\(name).\(part)"), try golden.floats("\(name).\(part)"))
    }
    let scale = exp(try golden.scalar("\(name).logit_scale"))
    let found = WholeLoss(try tensor("images"), try tensor("texts"), scale: scale, lanes: 1, workers: 1)
    let y = try golden.scalar("\(name).y")
    let dy = try golden.scalar("\(name).dy")
    expectClose(Float(found.loss), y, relative: 1e-5, because: "f32 tiles")
    // A gradient is a difference of rows, each times scale / B, weighted by exponentials of logits that f32 rounds to
    // scale · 2⁻²⁴. Of nearly equal rows only that rounding's size can be asked for.
    let rounding = 2 * scale * 0x1p-24 * dy
    func expectNear(_ found: [Float], _ part: String) throws {
      let expected = try golden.floats("\(name).\(part)")
      let worst = zip(found, expected).map { abs($0 * dy - $1) }.max() ?? 0
      #expect(worst <= rounding * scale / 11, "\(part) is off by \(worst)")
    }
    try expectNear(found.dImages, "dimages")
    try expectNear(found.dTexts, "dtexts")
    try expectNear([Float(found.dScale) * scale], "dlogit_scale")
  }

  /// 1,100 rows are cut at 512 and 1,024; 1,100 / 4 rows a lane are 275.
  @Test(arguments: [(1, 1), (4, 1), (4, 2), (4, 4)])
  func `tiles agree with the plain loss where no tile divides the batch`(_ lanes: Int, _ workers: Int) {
    let (images, texts) = (randomUnitRows(1100, 12, seed: 1), randomUnitRows(1100, 12, seed: 2))
    let found = WholeLoss(images, texts, scale: 14.3, lanes: lanes, workers: workers)
    let plain = WholeLoss(plain: images, texts, scale: Double(Float(14.3)))
    expectClose(Float(found.loss), Float(plain.loss), relative: 1e-6, because: "sums of 1,100 in f32")
    expectClose(found.dImages, plain.dImages, relative: 1e-5, because: "sums of 1,100 in f32")
    expectClose(found.dTexts, plain.dTexts, relative: 1e-5, because: "sums of 1,100 in f32")
    expectClose(Float(found.dScale), Float(plain.dScale), relative: 1e-4, because: "a difference of larger sums")
    #expect(found.imageHits == plain.imageHits && found.textHits == plain.textHits)
  }

  /// Of 64 tiles of 11 × 11: none, two, all.
  @Test(arguments: [0, 1000, 1 << 20]) func `tiles that were kept give the bits of those that were not`(_ bytes: Int) {
    let batch = PairBatch(images: randomUnitRows(88, 20, seed: 3), texts: randomUnitRows(88, 20, seed: 4), scale: 30)
    let usual = WholeLoss(batch, lanes: 8, workers: 2) { ContrastiveLoss(plan: $0) }
    let found = WholeLoss(batch, lanes: 8, workers: 2) { ContrastiveLoss(plan: $0, keptBytes: bytes) }
    #expect(found.dImages == usual.dImages && found.dTexts == usual.dTexts && found.lanes == usual.lanes)
  }

  @Test(arguments: [2, 4, 8])
  func `any number of workers finds the same bits`(_ workers: Int) {
    let (images, texts) = (randomUnitRows(88, 20, seed: 3), randomUnitRows(88, 20, seed: 4))
    let one = WholeLoss(images, texts, scale: 30, lanes: 8, workers: 1)
    let many = WholeLoss(images, texts, scale: 30, lanes: 8, workers: workers)
    #expect(one.dImages == many.dImages && one.dTexts == many.dTexts && one.lanes == many.lanes)
  }
}
