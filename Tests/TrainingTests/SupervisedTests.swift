import CLIP
import Engine
import TestSupport
import Testing
import Training
import TrainingSupport

@Suite struct SupervisedTests {
  private let golden: Golden
  private let tiny: TinyRun

  init() throws {
    golden = try Golden("supervised")
    tiny = try TinyRun().supervised(
      classes: 5, own: golden.integers("step.own").map(Int32.init), head: golden.floats("step.head"))
  }

  @Test(arguments: [(1, 8, 1), (2, 2, 4)]) func `loss and gradients are PyTorch's`(
    _ workers: Int, _ chunk: Int, _ lanes: Int
  ) throws {
    let found = try tiny.train(steps: 1, workers: workers, chunk: chunk, lanes: lanes)
    expectClose(Float(found.losses[0]), try golden.scalar("step.loss"), relative: 1e-5, because: "f32 against float64")
    let prefix = "step.gradient."
    let names = golden.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    #expect(names.count == 6)
    for declaration in tiny.model().parameters.declarations where names.contains(declaration.name) {
      expectClose(
        tiny.part(declaration, of: found.gradients), try golden.floats(prefix + declaration.name), relative: 2e-5,
        because: "\(declaration.name): f32 against float64")
    }
  }

  @Test(arguments: Spread.all) func `N workers give the bits of one`(_ spread: Spread) throws {
    var one = try tiny.once("supervised") { try $0.train(steps: 3, workers: 1, chunk: 1, lanes: 8, clipNorm: 1) }
    let many = try tiny.train(
      steps: 3, workers: spread.workers, chunk: 1, lanes: 8, graphs: spread.overlaps ? .always : .never,
      overlaps: spread.overlaps, shardsOptimizer: spread.shards, clipNorm: 1)
    if spread.shards { (one.gradients, one.wireBytes) = (many.gradients, many.wireBytes) }
    #expect(many == one)
  }

  @Test func `blocks made again and graphs encoded again give the same bits, bf16 too`() throws {
    for element in [Element.f32, .bf16] {
      let kept = try tiny.train(steps: 2, workers: 1, chunk: 2, lanes: 4, element: element)
      #expect(try tiny.train(steps: 2, workers: 2, chunk: 2, lanes: 4, graphs: .never, element: element) == kept)
    }
  }

  @Test func `the head alone learns where the image encoder is locked`() throws {
    let locked = TowerLocks(image: 0)
    let found = try tiny.train(steps: 2, workers: 2, chunk: 2, lanes: 4, locks: locked)
    let (before, layout) = (tiny.model(locks: locked), tiny.model(locks: locked).parameters)
    for declaration in layout.declarations where declaration.role == .learned {
      let (mine, first) = (tiny.part(declaration, of: found.parameters), before.parameters)
      let isSame = mine == first.part(declaration, of: first.values).array
      #expect(isSame == (declaration.tower == .image), "\(declaration.name)")
    }
  }

  @Test func `a row that isn't a number stops all workers before the update`() throws {
    let spoiled = try TinyRun().supervised(
      classes: 5, own: golden.integers("step.own").map(Int32.init),
      head: golden.floats("step.head").enumerated().map { $0.offset == 0 ? .nan : $0.element })
    #expect(throws: NotFiniteFeatures.self) { try spoiled.train(steps: 1, workers: 2, chunk: 2, lanes: 4) }
  }
}
