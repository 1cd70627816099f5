import Engine
import Foundation
import Runs
import Settings
import TestSupport
import Testing
import Training

/// One of the losses of `Tests/Golden/losses.py`.
struct GoldenLoss: Sendable, CustomStringConvertible {
  let kind: LossKind
  let duplicates: DuplicateRule
  let chosen: Bool
  let rho: Double?

  static let all: [GoldenLoss] = [false, true].flatMap { chosen in
    DuplicateRule.allCases.flatMap { duplicates -> [GoldenLoss] in
      func loss(_ kind: LossKind, rho: Double? = nil) -> GoldenLoss {
        GoldenLoss(kind: kind, duplicates: duplicates, chosen: chosen, rho: rho)
      }
      let global = [loss(.globalContrastive), loss(.globalContrastive, rho: 6.5)]
      return [loss(.softmax), loss(.sigmoid)] + (duplicates == .positive ? [] : global)
        + (duplicates == .negative ? [loss(.decoupled)] : [])
    }
  }

  var description: String {
    "\(kind.rawValue)\(rho == nil ? "" : "_rho").\(duplicates.rawValue)\(chosen ? ".chosen" : "")"
  }

  var run: LossSection {
    var loss = LossSection()
    (loss.kind, loss.duplicates, loss.rho, loss.gamma) = (kind, duplicates, rho, 0.3)
    loss.negatives = chosen ? 5 : nil
    return loss
  }

  /// - Parameter averages: before the step, as u; 0 where not seen. None: all are unseen.
  func make(_ plan: BatchPlan, averages: (image: [Float], text: [Float])? = nil) throws -> any PairLoss {
    let loss = run.make(plan: plan, seed: 7, pairs: plan.batch)
    guard let averages, let state = loss.estimates else { return loss }
    state.set(images: averages.image.map { log($0) }, texts: averages.text.map { log($0) }, of: Array(0..<plan.batch))
    return loss
  }
}

/// The 24 pairs of the golden file.
struct GoldenPairs {
  let golden: Golden
  let images: Tensor
  let texts: Tensor
  let labels: RowLabels

  init() throws {
    golden = try Golden("losses")
    images = Tensor(shape: [24, 12], try golden.floats("images.images"))
    texts = Tensor(shape: [24, 12], try golden.floats("images.texts"))
    labels = RowLabels(
      captions: try golden.integers("same.captions").map { UInt64($0) },
      pictures: try golden.integers("same.pictures").map { UInt64($0) }, samples: Array(0..<24))
  }

  func batch(_ images: Tensor? = nil, _ texts: Tensor? = nil, scale: Float, bias: Float = -3) -> PairBatch {
    PairBatch(
      images: images ?? self.images, texts: texts ?? self.texts, scale: scale, bias: bias, step: 3, labels: labels)
  }

  var averages: (image: [Float], text: [Float]) {
    get throws { (try golden.floats("averages.u_image"), try golden.floats("averages.u_text")) }
  }
}

@Suite struct PairLossTests {
  private let pairs: GoldenPairs

  init() throws { pairs = try GoldenPairs() }

  private func found(_ loss: GoldenLoss, workers: Int, tileSide: Int) throws -> (WholeLoss, [any PairLoss]) {
    let scale = exp(try pairs.golden.scalar("\(loss).logit_scale"))
    let averages = try pairs.averages
    var made: [any PairLoss] = []
    let whole = try WholeLoss(pairs.batch(scale: scale), lanes: 4, workers: workers, tileSide: tileSide) {
      made.append(try loss.make($0, averages: averages))
      return made[made.count - 1]
    }
    return (whole, made)
  }

  /// Lanes are of 6 rows, so tiles of side 4 are 4 or 2 rows high and wide.
  @Test(arguments: GoldenLoss.all, [(1, 512), (2, 4), (4, 5)])
  func `loss and every gradient agree with PyTorch`(_ loss: GoldenLoss, _ split: (workers: Int, tileSide: Int)) throws {
    let (whole, made) = try found(loss, workers: split.workers, tileSide: split.tileSide)
    func expected(_ part: String) throws -> [Float] { try pairs.golden.floats("\(loss).\(part)") }
    let scale = exp(try expected("logit_scale")[0])
    let because = "f32, logits up to 14 and weights that differ by 10⁶"
    expectClose([Float(whole.loss)], try expected("y"), relative: 2e-6, because: because)
    expectClose(whole.dImages, try expected("dimages"), relative: 5e-6, because: because)
    expectClose(whole.dTexts, try expected("dtexts"), relative: 5e-6, because: because)
    expectClose([Float(whole.dScale) * scale], try expected("dlogit_scale"), relative: 1e-5, because: because)
    if loss.kind == .sigmoid {
      expectClose([Float(whole.dBias)], try expected("dlogit_bias"), relative: 5e-6, because: because)
    }
    for estimates in made.compactMap(\.estimates) {
      expectClose(estimates.logImages, try expected("u_image").map { log($0) }, relative: 2e-6, because: because)
      expectClose(estimates.logTexts, try expected("u_text").map { log($0) }, relative: 2e-6, because: because)
    }
  }

  @Test(arguments: GoldenLoss.all, [2, 4])
  func `any number of workers finds the same bits`(_ loss: GoldenLoss, _ workers: Int) throws {
    let (one, oneMade) = try found(loss, workers: 1, tileSide: 4)
    let (many, manyMade) = try found(loss, workers: workers, tileSide: 4)
    #expect(one.dImages == many.dImages && one.dTexts == many.dTexts && one.lanes == many.lanes)
    for made in manyMade {
      #expect(made.estimates?.logImages == oneMade[0].estimates?.logImages)
      #expect(made.estimates?.logTexts == oneMade[0].estimates?.logTexts)
    }
  }

  /// Where every sample is seen for the first time, u = g, and the gradient of estimates is that of the loss itself.
  @Test(arguments: GoldenLoss.all) func `gradients agree with central differences`(_ loss: GoldenLoss) throws {
    let scale: Float = 8
    func whole(_ images: [Float]? = nil, _ texts: [Float]? = nil, scale: Float, bias: Float = -3) throws -> WholeLoss {
      let batch = pairs.batch(
        images.map { Tensor(shape: [24, 12], $0) }, texts.map { Tensor(shape: [24, 12], $0) }, scale: scale, bias: bias)
      return try WholeLoss(batch, lanes: 2, workers: 2, tileSide: 5) { try loss.make($0) }
    }
    let at = try whole(scale: scale)
    let indices = sampledIndices(of: 288)
    func check(_ found: [Float], _ expected: [Float], _ what: String) {
      expectClose(found, expected, relative: 1e-2, because: "\(what): curvature h² and rounding ε/h")
    }
    check(
      indices.map { at.dImages[$0] },
      try centralDifferences(at: pairs.images.array, indices: indices, step: 1e-2) { try whole($0, scale: scale).loss },
      "images")
    check(
      indices.map { at.dTexts[$0] },
      try centralDifferences(at: pairs.texts.array, indices: indices, step: 1e-2) {
        try whole(nil, $0, scale: scale).loss
      }, "texts")
    check(
      [Float(at.dScale)],
      try centralDifferences(at: [scale], indices: [0], step: 5e-2) { try whole(scale: $0[0]).loss }, "scale")
    guard loss.kind == .sigmoid else { return }
    check(
      [Float(at.dBias)],
      try centralDifferences(at: [-3], indices: [0], step: 1e-2) { try whole(scale: scale, bias: $0[0]).loss }, "bias")
  }

  /// 1,100 rows a side: whole vectors, their rests, tiles of 512 and of 76.
  @Test(arguments: [1, 2]) func `masks that leave nothing out give the plain loss`(_ workers: Int) {
    let batch = PairBatch(
      images: randomUnitRows(1100, 12, seed: 1), texts: randomUnitRows(1100, 12, seed: 2), scale: 14)
    let plain = WholeLoss(batch, lanes: 2, workers: workers) { ContrastiveLoss(plan: $0) }
    let masked = WholeLoss(batch, lanes: 2, workers: workers) { MaskedContrastiveLoss(plan: $0, rules: PairRules()) }
    expectClose(Float(masked.loss), Float(plain.loss), relative: 1e-6, because: "sums in f32")
    expectClose(masked.dImages, plain.dImages, relative: 2e-6, because: "sums in f32")
    expectClose(masked.dTexts, plain.dTexts, relative: 2e-6, because: "sums in f32")
    expectClose(Float(masked.dScale), Float(plain.dScale), relative: 1e-4, because: "a difference of larger sums")
    #expect(masked.imageHits == plain.imageHits && masked.textHits == plain.textHits)
  }

  @Test func `a row whose others are all ignored has no gradient`() throws {
    var labels = pairs.labels
    labels.captions = labels.captions.map { _ in 1 }
    let batch = PairBatch(images: pairs.images, texts: pairs.texts, scale: 10, bias: -3, step: 3, labels: labels)
    for kind in [LossKind.softmax, .globalContrastive] {
      let loss = GoldenLoss(kind: kind, duplicates: .ignore, chosen: false, rho: nil)
      let whole = try WholeLoss(batch, lanes: 4, workers: 2) { try loss.make($0) }
      #expect(whole.dImages.allSatisfy { abs($0) < 1e-7 } && whole.loss.isFinite, "\(kind)")
    }
  }

  /// With moving averages that is FastCLIP's v1.
  @Test(arguments: LossKind.allCases, [1, 2, 4])
  func `a constant temperature has no gradient, and everything else keeps its own`(_ kind: LossKind, _ workers: Int) {
    var run = LossSection()
    run.kind = kind
    func whole() -> WholeLoss {
      WholeLoss(pairs.batch(scale: 10), lanes: 4, workers: workers) { run.make(plan: $0, seed: 0, pairs: 24) }
    }
    let learned = whole()
    run.temperature = .constant
    let constant = whole()
    #expect(constant.dScale == 0 && learned.dScale != 0)
    #expect(constant.dImages == learned.dImages && constant.dTexts == learned.dTexts)
    #expect(constant.loss == learned.loss && constant.dBias == learned.dBias)
  }
}

@Suite struct ChoiceTests {
  @Test(arguments: [1, 2, 17, 500, 996, 997]) func `each row sees exactly n others`(_ n: Int) {
    let keys = (0..<2 * 999).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }
    let choice = KeyedChoice(keys: keys).choosing(n, for: 0..<999)
    let mask = TileMask(rows: 0..<999, columns: 0..<999, all: [])
    mask.choose(inRows: choice, inColumns: choice)
    for i in 0..<999 {
      #expect((0..<999).count { $0 != i && mask[i, $0].contains(.inRow) } == n)
      #expect((0..<999).count { $0 != i && mask[$0, i].contains(.inColumn) } == n)
    }
  }

  /// With 199 of 999 others in 1,000 rows a column is chosen 199 times, give or take √(199 · 0.8) = 12.6.
  @Test func `others are chosen evenly, and anew each step`() {
    func seen(_ step: Int) -> [Int] {
      let batch = PairBatch(
        images: randomUnitRows(1000, 4, seed: 1), texts: randomUnitRows(1000, 4, seed: 2), scale: 1, step: step)
      let pending = MaskedContrastiveLoss(
        plan: BatchPlan(batch: 1000, chunk: 1000, lanes: 1, workers: 1, rank: 0),
        rules: PairRules(negatives: 199, seed: 5)
      ).begin(batch)
      return pending.statistics[2].array.map { Int($0.bitPattern) }
    }
    #expect(seen(0) == seen(0))
    #expect(zip(seen(0), seen(1)).count { $0 == $1 } < 3)
    let choice = KeyedChoice(seed: 5, step: 0, direction: 0, rows: 1000).choosing(199, for: 0..<1000)
    let mask = TileMask(rows: 0..<1000, columns: 0..<1000, all: [])
    mask.choose(inRows: choice, inColumns: choice)
    let times = (0..<1000).map { j in (0..<1000).count { $0 != j && mask[$0, j].contains(.inRow) } }
    #expect(times.allSatisfy { abs($0 - 199) < 65 })
    let variance = times.reduce(0.0) { $0 + pow(Double($1 - 199), 2) } / 1000
    #expect((120.0...200).contains(variance), "\(variance), binomial 159")
  }
}
