import CLIP
import Engine
import Pairs
import TestSupport
import Testing
import Training

/// How a pass runs is its argument, so a model may be evaluated between two of its training steps.
@Suite struct EvaluationAmidTrainingTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  @Test(arguments: [TowerLocks(), TowerLocks(image: 1, text: 0)], [Element.f32, .bf16])
  func `an evaluation between steps changes no bit and keeps no memory`(
    _ locks: TowerLocks, _ element: Element
  ) throws {
    let alone = try tiny.train(steps: 3, workers: 2, chunk: 1, lanes: 4, element: element, locks: locks)
    let (pairs, width) = (tiny.batches[0], tiny.configuration.embeddingWidth)
    let evaluated = try tiny.train(steps: 3, workers: 2, chunk: 1, lanes: 4, element: element, locks: locks) { model in
      let before = LiveBytes.now
      let features = [model.imageFeatures(pairs.images), model.textFeatures(pairs.tokens)]
      #expect(LiveBytes.now - before == features.count * 4 * pairs.count * width, "bytes beside the features")
      #expect(features.allSatisfy { $0.gradient == nil && $0.array.allSatisfy(\.isFinite) })
    }
    #expect(evaluated == alone)
  }
}
