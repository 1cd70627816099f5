import CLIP
import Collectives
import Engine
import Planning
import Settings
import TestSupport
import Testing
import Training
import TrainingSupport

/// Bytes that are computed before a run, against those that collectives count.
@Suite struct StepTrafficTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  @Test(arguments: Spread.all, [Reduction.exact, .fast])
  func `the wire carries what is computed for it`(_ spread: Spread, _ reduction: Reduction) throws {
    let workers = spread.workers
    let found = try tiny.train(
      steps: 1, workers: workers, chunk: 1, lanes: 8, reduction: reduction, overlaps: spread.overlaps,
      shardsOptimizer: spread.shards)
    #expect(
      found.wireBytes
        == StepTraffic(
          tiny.configuration, batch: 8, workers: workers, reduction: reduction, shardsOptimizer: spread.shards,
          bucketLength: 1000
        ).bytes)
  }

  /// Two vectors of log-sum-exps for softmax, none for sigmoid, pivots and averages for the third and one word for each
  /// sample; four words of hashes where duplicates count, two limits where rows choose.
  @Test(arguments: 0..<9) func `the wire carries what each loss needs`(_ number: Int) throws {
    let loss = LossSection.several[number]
    var words = [LossKind.softmax: 2, .decoupled: 2, .sigmoid: 0, .globalContrastive: 5][loss.kind] ?? 0
    if loss.duplicates != .negative { words += 4 }
    if loss.negatives != nil { words += 2 }
    let model = tiny.model()
    for workers in [1, 2] {
      let found = try tiny.train(steps: 1, workers: workers, chunk: 2, lanes: 4, loss: loss)
      #expect(
        found.wireBytes
          == 4 * (8 * (2 * tiny.configuration.embeddingWidth + words) + model.parameters.blockCount + 4))
      let computed = StepTraffic(
        tiny.configuration, batch: 8, workers: workers, reduction: .exact, shardsOptimizer: false, loss: loss)
      #expect(found.wireBytes == computed.bytes)
      let sharded = try tiny.train(steps: 1, workers: workers, chunk: 2, lanes: 4, shardsOptimizer: true, loss: loss)
      let alike = StepTraffic(
        tiny.configuration, batch: 8, workers: workers, reduction: .exact, shardsOptimizer: true, loss: loss,
        bucketLength: 1000)
      #expect(sharded.wireBytes == alike.bytes)
    }
  }

  /// Features of two wrong captions a pair, two words of hashes of each, and log-sum-exps.
  @Test(arguments: [1, 2]) func `the wire carries wrong captions`(_ workers: Int) throws {
    var loss = LossSection()
    loss.hardNegatives = 2
    let found = try tiny.withHardNegatives().train(steps: 1, workers: workers, chunk: 2, lanes: 4, loss: loss)
    let words = 4 * tiny.configuration.embeddingWidth + 2 + 4
    #expect(found.wireBytes == 4 * (8 * words + tiny.model().parameters.blockCount + 4))
    let computed = StepTraffic(
      tiny.configuration, batch: 8, workers: workers, reduction: .exact, shardsOptimizer: false, loss: loss)
    #expect(found.wireBytes == computed.bytes)
  }

  @Test(arguments: [1, 2]) func `supervised workers tell each other their rows' losses alone`(_ workers: Int) throws {
    let golden = try Golden("supervised")
    let supervised = try tiny.supervised(
      classes: 5, own: golden.integers("step.own").map(Int32.init), head: golden.floats("step.head"))
    let found = try supervised.train(steps: 1, workers: workers, chunk: 2, lanes: 4)
    #expect(found.wireBytes == 4 * (8 + supervised.model().parameters.blockCount + 4))
    let computed = StepTraffic(
      supervised.configuration, batch: 8, workers: workers, reduction: .exact, shardsOptimizer: false)
    #expect(found.wireBytes == computed.bytes)
  }
}
