import CLIP
import Engine
import Foundation
import Runs
import Settings
import TestSupport
import Testing
import Training
import TrainingSupport

/// The loss whose pictures see wrong captions, of `Tests/Golden/hard_negatives.py`.
@Suite struct HardNegativeLossTests {
  private let golden: Golden
  private let labels: RowLabels

  init() throws {
    golden = try Golden("hard_negatives")
    let (given, reads) = (try golden.integers("loss.given"), try golden.integers("loss.reads"))
    labels = RowLabels(
      captions: try golden.integers("loss.captions").map { UInt64($0) },
      pictures: try golden.integers("loss.pictures").map { UInt64($0) },
      hardNegatives: reads.indices.map { place in
        guard place % 3 < Int(given[place / 3]) else { return 0 }
        return reads[place] < 0 ? 1000 + UInt64(place) : UInt64(reads[place])
      })
  }

  struct Kind: Sendable, CustomTestStringConvertible {
    let kind: LossKind
    let duplicates: DuplicateRule
    var testDescription: String { "\(kind.rawValue).\(duplicates.rawValue)" }
  }

  private static let kinds =
    DuplicateRule.allCases.map { Kind(kind: .softmax, duplicates: $0) } + [
      Kind(kind: .decoupled, duplicates: .negative)
    ]

  private func input(_ name: String) throws -> [Float] { try golden.floats("loss.\(name)") }

  private func whole(
    _ kind: Kind, images: [Float]? = nil, wrong: [Float]? = nil, scale: Float, lanes: Int = 4, workers: Int,
    tileSide: Int = 512
  ) throws -> WholeLoss {
    var run = LossSection()
    (run.kind, run.duplicates, run.hardNegatives) = (kind.kind, kind.duplicates, 3)
    let batch = PairBatch(
      images: Tensor(shape: [24, 12], try images ?? input("images")),
      texts: Tensor(shape: [24, 12], try input("texts")),
      hardNegatives: Tensor(shape: [72, 12], try wrong ?? input("wrong")), scale: scale, labels: labels)
    return WholeLoss(batch, lanes: lanes, workers: workers, tileSide: tileSide) {
      run.make(plan: $0, seed: 0, pairs: 24)
    }
  }

  @Test(arguments: kinds, [(1, 512), (2, 4), (4, 5)])
  func `loss and every gradient agree with PyTorch`(_ kind: Kind, _ split: (workers: Int, tileSide: Int)) throws {
    func expected(_ part: String) throws -> [Float] { try golden.floats("loss.\(kind.testDescription).\(part)") }
    let scale = exp(try golden.scalar("loss.logit_scale"))
    let found = try whole(kind, scale: scale, workers: split.workers, tileSide: split.tileSide)
    let because = "f32, logits up to 14 and weights that differ by 10⁶"
    expectClose([Float(found.loss)], try expected("y"), relative: 2e-6, because: because)
    expectClose(found.dImages, try expected("dimages"), relative: 5e-6, because: because)
    expectClose(found.dTexts, try expected("dtexts"), relative: 5e-6, because: because)
    expectClose(found.dHardNegatives, try expected("dwrong"), relative: 5e-6, because: because)
    expectClose([Float(found.dScale) * scale], try expected("dlogit_scale"), relative: 1e-5, because: because)
  }

  @Test(arguments: kinds, [2, 4]) func `any number of workers finds the same bits`(_ kind: Kind, _ workers: Int) throws
  {
    let one = try whole(kind, scale: 14, workers: 1, tileSide: 4)
    let many = try whole(kind, scale: 14, workers: workers, tileSide: 4)
    #expect(one.dImages == many.dImages && one.dTexts == many.dTexts && one.lanes == many.lanes)
    #expect(one.dHardNegatives == many.dHardNegatives)
  }

  @Test(arguments: kinds) func `gradients agree with central differences`(_ kind: Kind) throws {
    func check(_ found: [Float], at x: [Float], step: Float, _ f: ([Float]) throws -> WholeLoss) throws {
      let indices = sampledIndices(of: x.count)
      expectClose(
        indices.map { found[$0] }, try centralDifferences(at: x, indices: indices, step: step) { try f($0).loss },
        relative: 1e-2, because: "curvature h² and rounding ε/h")
    }
    let at = try whole(kind, scale: 8, workers: 2, tileSide: 5)
    try check(at.dImages, at: input("images"), step: 1e-2) {
      try whole(kind, images: $0, scale: 8, workers: 2, tileSide: 5)
    }
    try check(at.dHardNegatives, at: input("wrong"), step: 1e-2) {
      try whole(kind, wrong: $0, scale: 8, workers: 2, tileSide: 5)
    }
    try check([Float(at.dScale)], at: [8], step: 5e-2) { try whole(kind, scale: $0[0], workers: 2, tileSide: 5) }
  }

  /// A picture's own caption among the wrong ones, given once more by its pair, ties with it.
  @Test func `a wrong caption that scores as high is no hit`() {
    let rows = randomUnitRows(8, 6, seed: 1)
    func hits(_ wrong: Tensor) -> Int {
      let batch = PairBatch(
        images: rows, texts: rows, hardNegatives: wrong, scale: 10,
        labels: RowLabels(hardNegatives: [UInt64](repeating: 1, count: 8)))
      return WholeLoss(batch, lanes: 2, workers: 2) {
        MaskedContrastiveLoss(plan: $0, rules: PairRules(), seesHardNegatives: true)
      }.imageHits
    }
    #expect(hits(rows) == 0)
    #expect(hits(randomUnitRows(8, 6, seed: 2)) == 8)
  }
}

@Suite struct HardNegativeStepTests {
  private let tiny: TinyRun
  private var loss = LossSection()

  init() throws {
    tiny = try TinyRun().withHardNegatives()
    loss.hardNegatives = 2
  }

  @Test(arguments: [(1, 8, 1), (2, 2, 4)]) func `loss and gradients are PyTorch's`(
    _ workers: Int, _ chunk: Int, _ lanes: Int
  ) throws {
    let golden = try Golden("hard_negatives")
    let found = try tiny.train(steps: 1, workers: workers, chunk: chunk, lanes: lanes, loss: loss)
    expectClose(Float(found.losses[0]), try golden.scalar("step.loss"), relative: 1e-5, because: "f32 against float64")
    let prefix = "step.gradient."
    let names = golden.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    #expect(names.count == 7)
    for declaration in tiny.model().parameters.declarations where names.contains(declaration.name) {
      expectClose(
        tiny.part(declaration, of: found.gradients), try golden.floats(prefix + declaration.name), relative: 2e-5,
        because: "\(declaration.name): f32 against float64")
    }
  }

  @Test(arguments: Spread.all) func `N workers give the bits of one`(_ spread: Spread) throws {
    let loss = loss
    var one = try tiny.once("hard negatives") {
      try $0.train(steps: 3, workers: 1, chunk: 1, lanes: 8, clipNorm: 1, loss: loss)
    }
    let many = try tiny.train(
      steps: 3, workers: spread.workers, chunk: 1, lanes: 8, graphs: spread.overlaps ? .always : .never,
      overlaps: spread.overlaps, shardsOptimizer: spread.shards, clipNorm: 1, loss: loss)
    if spread.shards { (one.gradients, one.wireBytes) = (many.gradients, many.wireBytes) }
    #expect(many == one)
  }

  @Test func `graphs encoded again give the same bits, bf16 too, and chunks the same gradients`() throws {
    for element in [Element.f32, .bf16] {
      let kept = try tiny.train(steps: 2, workers: 1, chunk: 2, lanes: 4, element: element, loss: loss)
      let again = try tiny.train(
        steps: 2, workers: 2, chunk: 2, lanes: 4, graphs: .never, element: element, loss: loss)
      #expect(again == kept)
    }
    let (whole, chunked) = (
      try tiny.train(steps: 1, workers: 1, chunk: 8, lanes: 1, loss: loss),
      try tiny.train(steps: 1, workers: 2, chunk: 2, lanes: 2, loss: loss)
    )
    expectClose(chunked.gradients, whole.gradients, relative: 1e-5, because: "another order of the same sums")
  }

  @Test(arguments: [TowerLocks(image: 0), TowerLocks(text: 0)]) func `a locked tower stays`(_ locks: TowerLocks) throws
  {
    let one = try tiny.train(steps: 2, workers: 1, chunk: 2, lanes: 4, locks: locks, loss: loss)
    let again = try tiny.train(steps: 2, workers: 2, chunk: 2, lanes: 4, graphs: .never, locks: locks, loss: loss)
    #expect(one == again)
    let before = tiny.model(locks: locks).parameters
    for declaration in before.declarations where declaration.role == .learned {
      let isSame = tiny.part(declaration, of: one.parameters) == before.part(declaration, of: before.values).array
      let isLocked = declaration.tower == (locks.image == 0 ? .image : .text)
      #expect(isSame == isLocked, "\(declaration.name)")
    }
  }

  @Test func `wrong captions take their memory`() {
    func memory(_ each: Int) -> ChunkMemory { ChunkMemory(tiny.configuration, element: .f32, hardNegatives: each) }
    let (none, three) = (memory(0), memory(3))
    #expect(three.imageBytes == none.imageBytes)
    #expect(abs(Double(three.textBytes) / Double(none.textBytes) - 4) < 0.2)
  }
}
