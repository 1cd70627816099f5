import CLIP
import Collectives
import Engine
import Synchronization
import TestSupport
import Testing
import Training
import TrainingSupport

@Suite struct WireTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  @Test(arguments: Spread.all) func `however a run is spread, it has the same bits`(_ spread: Spread) throws {
    // Clipped, so that every bit of the norm counts.
    let one = try tiny.train(steps: 3, workers: 1, chunk: 1, lanes: 8, overlaps: false, clipNorm: 0.1)
    #expect(one.norms.allSatisfy { $0 > 0.1 }, "nothing is clipped")
    var found = try tiny.train(
      steps: 3, workers: spread.workers, chunk: 1, lanes: 8, overlaps: spread.overlaps,
      shardsOptimizer: spread.shards, clipNorm: 0.1)
    found.wireBytes = one.wireBytes
    if spread.shards { found.gradients = one.gradients }
    #expect(found == one)
  }

  @Test(arguments: [false, true]) func `64 workers of one process have the bits of one`(_ shards: Bool) throws {
    let run = tiny.enlarged(to: 64)
    let one = try run.train(steps: 2, workers: 1, chunk: 1, lanes: 64)
    var many = try run.train(steps: 2, workers: 64, chunk: 1, lanes: 64, shardsOptimizer: shards)
    many.wireBytes = one.wireBytes
    if shards { many.gradients = one.gradients }
    #expect(many == one)
  }

  @Test(arguments: [1, 3, 4]) func `the fast reduction is sharded on any number of workers`(_ workers: Int) throws {
    let run = tiny.enlarged(to: 12)
    let whole = try run.train(steps: 2, workers: workers, chunk: 1, lanes: workers, reduction: .fast)
    let shared = try run.train(
      steps: 2, workers: workers, chunk: 1, lanes: workers, reduction: .fast, shardsOptimizer: true)
    expectClose(
      shared.norms.map { Float($0) }, whole.norms.map { Float($0) }, relative: 1e-5,
      because: "another order of the same sums")
    expectClose(shared.parameters, whole.parameters, relative: 1e-4, because: "AdamW after them")
  }

  /// Worker 1 fails after its first chunk, amid the encoding of the others and with calls posted.
  @Test func `a worker that fails within a step brings the others down`() throws {
    struct Spoiled: Error {}
    let tiny = tiny
    #expect(throws: Spoiled.self) {
      try simulate(workers: 4) { communicator in
        let plan = BatchPlan(batch: 8, chunk: 1, lanes: 8, workers: 4, rank: communicator.rank)
        let wire = try Wire(communicator)
        let step = TrainingStep(tiny.model(), plan: plan, wire: wire, graphs: .always)
        let chunks = tiny.chunks(tiny.batches[0], plan)
        for round in 0..<3 {
          _ = try step.run { n in
            if round == 2, n == 1, communicator.rank == 1 { throw Spoiled() }
            return chunks[n]
          }
        }
      }
    }
  }

  /// The error is put into words when the calls are abandoned, so that's when it looks.
  @Test func `calls that are abandoned still have their buffers`() throws {
    struct Spoiled: Error, CustomStringConvertible {
      let look: @Sendable () -> Void
      var description: String {
        look()
        return "spoiled"
      }
    }
    let tiny = tiny
    let held = Mutex<Int?>(nil)
    #expect(throws: Spoiled.self) {
      try simulate(workers: 2) { communicator in
        let plan = BatchPlan(batch: 8, chunk: 1, lanes: 8, workers: 2, rank: communicator.rank)
        let step = TrainingStep(tiny.model(), plan: plan, wire: try Wire(communicator), graphs: .always)
        let chunks = tiny.chunks(tiny.batches[0], plan)
        let before = LiveBytes.now
        _ = try step.run { n in
          guard n == 1, communicator.rank == 1 else { return chunks[n] }
          throw Spoiled { held.withLock { $0 = $0 ?? LiveBytes.now - before } }
        }
      }
    }
    let features = 2 * 4 * 8 * tiny.configuration.embeddingWidth
    #expect(held.withLock { $0 ?? 0 } >= features)
  }
}

@Suite struct NoiseScaleTests {
  /// Each lane's gradient is its pairs' mean / L, so with equal lanes there is no noise, and with opposite ones no signal.
  @Test func `equal lanes have no noise`() {
    let scale = NoiseScale(laneSquares: 4 * 0.0625, norm: 1, batch: 32, lanes: 4)
    #expect(scale.noise == 0 && scale.signal == 1 && scale.scale == 0)
  }

  @Test func `one lane tells nothing`() {
    let scale = NoiseScale(laneSquares: 1, norm: 1, batch: 32, lanes: 1)
    #expect(scale.scale.isNaN)
  }

  /// E|G|² = s + v/B and E|G_b|² = s + v/b, by definition.
  @Test func `expected norms give back signal and noise`() {
    let (signal, noise, batch, lanes) = (3.0, 50.0, 64, 8)
    let small = signal + noise / 8
    let found = NoiseScale(
      laneSquares: small / Double(lanes), norm: (signal + noise / 64).squareRoot(), batch: batch, lanes: lanes)
    #expect(abs(found.signal - signal) < 1e-9 && abs(found.noise - noise) < 1e-9)
  }
}
