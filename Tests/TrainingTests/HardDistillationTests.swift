import CLIP
import Engine
import Pairs
import TestSupport
import Testing
import Training
import TrainingSupport

@Suite struct HardDistillationTests {
  private let golden: Golden
  private let tiny: TinyRun
  private let teacher: TinyRun

  init() throws {
    golden = try Golden("hard_distillation")
    let own = try golden.integers("step.own").map(Int32.init)
    tiny = try TinyRun().joiningTokens(classes: 5, own: own, head: golden.floats("step.head"))
    teacher = try TinyRun().supervised(classes: 5, own: own, head: golden.floats("step.teacher_head"))
  }

  private func train(
    steps: Int, workers: Int, chunk: Int, lanes: Int, graphs: GraphKeeping = .always, element: Element = .f32,
    overlaps: Bool = true, shardsOptimizer: Bool = false
  ) throws -> TinyRun.Result {
    try tiny.train(
      steps: steps, workers: workers, chunk: chunk, lanes: lanes, graphs: graphs, element: element,
      overlaps: overlaps, shardsOptimizer: shardsOptimizer, clipNorm: 1,
      rowLoss: { [teacher] in HardDistillation(teacher.model(quick: true), batch: 8) })
  }

  @Test func `a chunk's targets are its own classes and the teacher's`() throws {
    let loss = HardDistillation(teacher.model(quick: true), batch: 8)
    let found = loss.targets(tiny.batches[0]).array.map { Int($0) }
    let (own, taught) = (try golden.integers("step.own"), try golden.integers("step.taught"))
    let expected: [Int] = zip(own, taught).flatMap { [Int($0), Int($1)] }
    #expect(found == expected)
    #expect(Set(taught).count > 1 && own != taught)
  }

  @Test(arguments: [(1, 8, 1), (2, 2, 4)]) func `loss and gradients are PyTorch's`(
    _ workers: Int, _ chunk: Int, _ lanes: Int
  ) throws {
    let found = try train(steps: 1, workers: workers, chunk: chunk, lanes: lanes)
    expectClose(Float(found.losses[0]), try golden.scalar("step.loss"), relative: 1e-5, because: "f32 against float64")
    let prefix = "step.gradient."
    let names = golden.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    #expect(names.count == 9)
    for declaration in tiny.model().parameters.declarations where names.contains(declaration.name) {
      expectClose(
        tiny.part(declaration, of: found.gradients), try golden.floats(prefix + declaration.name), relative: 2e-5,
        because: "\(declaration.name): f32 against float64")
    }
  }

  @Test func `the model predicts by the mean of both heads' logits`() throws {
    let model = tiny.model()
    let images = model.imageFeatures(tiny.batches[0].images)
    let logits = model.classProducts(images).array.map { model.scale * $0 }
    expectClose(logits, try golden.floats("step.logits"), relative: 1e-5, because: "f32 against float64")
    let (heads, scale) = (model.headProducts(images).array, model.scale)
    let sums: [Float] = (0..<40).map { place in
      let first = place / 5 * 10 + place % 5
      return scale * (heads[first] + heads[first + 5])
    }
    expectClose(sums, logits, relative: 1e-5, because: "another order of sums")
  }

  @Test(arguments: Spread.all) func `N workers give the bits of one`(_ spread: Spread) throws {
    var one = try tiny.once("hard distillation") { _ in try train(steps: 3, workers: 1, chunk: 1, lanes: 8) }
    let many = try train(
      steps: 3, workers: spread.workers, chunk: 1, lanes: 8, graphs: spread.overlaps ? .always : .never,
      overlaps: spread.overlaps, shardsOptimizer: spread.shards)
    if spread.shards {
      (one.gradients, one.wireBytes) = (many.gradients, many.wireBytes)
    } else {
      #expect(many.wireBytes == 4 * (8 + tiny.model().parameters.blockCount + 4), "a teacher needs no gather")
    }
    #expect(many == one)
  }

  @Test func `graphs encoded again give the same bits, bf16 too`() throws {
    for element in [Element.f32, .bf16] {
      let kept = try train(steps: 2, workers: 1, chunk: 2, lanes: 4, element: element)
      #expect(try train(steps: 2, workers: 2, chunk: 2, lanes: 4, graphs: .never, element: element) == kept)
    }
  }

  @Test func `gradients agree with central differences`() throws {
    let loss = HardDistillation(teacher.model(), batch: 7)
    let x = Tensor(shape: [7, 10], Array(try golden.floats("step.head").prefix(70)))
    let classes: [Float] = (0..<14).map { number in Float(number * 3 % 5) }
    let targets = Tensor(shape: [7, 2], classes)
    func run(_ x: [Float], _ scale: Float) -> (loss: Double, dx: [Float], dScale: Double) {
      let gradient = Tensor(shape: [7, 10], repeating: 0)
      let parts = loss.addGradient(of: Tensor(shape: [7, 10], x), targets: targets, scale: scale, to: gradient)
      return (parts.reduce(0) { $0 + $1.loss }, gradient.array, parts.reduce(0) { $0 + $1.dScale })
    }
    let found = run(x.array, 3)
    let indices = sampledIndices(of: x.count)
    let expected = centralDifferences(at: x.array, indices: indices, step: 1e-3) { run($0, 3).loss }
    expectClose(indices.map { found.dx[$0] }, expected, relative: 5e-3, because: "curvature and rounding")
    let byScale = centralDifferences(at: [3], indices: [0], step: 1e-2) { run(x.array, $0[0]).loss }
    expectClose([Float(found.dScale)], byScale, relative: 5e-3, because: "curvature and rounding")
  }

  @Test func `a picture hits where the heads' mean has its own class first`() {
    let loss = HardDistillation(teacher.model(), batch: 2, learnsScale: false)
    // Each head by itself would be wrong of one of the first two; of the third the mean is.
    let x = Tensor(shape: [3, 4], [5, 0, 0, 1, 0, 1, 5, 0, 1, 0, 0, 2])
    let parts = loss.addGradient(
      of: x, targets: Tensor(shape: [3, 2], [0, 1, 0, 0, 0, 0]), scale: 1, to: Tensor(shape: [3, 4], repeating: 0))
    #expect(parts.map(\.isHit) == [true, true, false])
    #expect(parts.allSatisfy { $0.dScale == 0 })
  }
}
