import CLIP
import Collectives
import Engine
import Pairs
import Synchronization
import TestSupport
import Testing
import Training

@Suite struct ChunkMemoryTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  @Test(arguments: [Element.f32, .bf16]) func `a chunk chosen by memory fits, backward included`(_ element: Element)
    throws
  {
    let budget = 8 << 20
    let memory = ChunkMemory(tiny.configuration, element: element)
    let held = try bytesHeld(by: memory.pairs(within: budget), element)
    #expect(held <= budget, "\(held) bytes of \(budget)")
    #expect(held > budget / 2, "\(held) bytes of \(budget): a larger chunk would fit")
    #expect(memory.pairs(within: 0) == 1)
  }

  /// The most that a step of one chunk holds beyond the model and its gradients.
  private func bytesHeld(by count: Int, _ element: Element) throws -> Int {
    let found = Mutex(0)
    try simulate(workers: 1) { worker in
      let model = tiny.model()
      model.parameters.store(as: element)
      let plan = BatchPlan(batch: count, chunk: count, lanes: 1, workers: 1, rank: 0)
      let step = TrainingStep(model, plan: plan, wire: try Wire(worker), graphs: .never)
      let before = LiveBytes.now
      let phases = try step.run([longCaptions(count)]).phases
      found.withLock { $0 = phases.bytes(.backward) - before - 4 * model.parameters.collectedCount }
    }
    return found.withLock { $0 }
  }

  /// Pairs whose captions end at the context's last place.
  private func longCaptions(_ count: Int) -> Batch {
    let (side, length) = (tiny.configuration.vision.imageSize, tiny.configuration.text.contextLength)
    let end = Int32(tiny.configuration.text.vocabularySize - 1)
    let caption = [Int32](repeating: 1, count: length - 1) + [end]
    return Batch(
      images: (0..<count * side * side * 3).map { UInt8(truncatingIfNeeded: $0 * 7) },
      tokens: (0..<count).flatMap { _ in caption }, samples: Array(0..<count), side: side, contextLength: length)
  }
}
