import CLIP
import Collectives
import Engine
import Foundation
import Pairs
import Randomness
import Synchronization
import Testing
import Training

/// Captions of ever other lengths, as real ones are.
@Suite struct VaryingCaptionsTests {
  private let configuration: ModelConfiguration

  init() throws {
    // Sizes that no other test has: they run at once, and take each other's compiled primitives.
    configuration = try ModelConfiguration(
      json: Data(
        """
        {"embed_dim": 24, "vision_cfg": {"image_size": 16, "layers": 1, "width": 40, "head_width": 20, "patch_size": 8},
         "text_cfg": {"context_length": 16, "vocab_size": 60, "width": 40, "heads": 2, "layers": 2}}
        """.utf8))
  }

  /// Four pairs whose captions have 8 to 64 tokens together, each number as likely as any other.
  private func chunk(_ n: Int) -> Batch {
    var random = Philox(seed: 5, purpose: .data, sample: UInt64(n))
    var lengths = [2, 2, 2, 2]
    for _ in 0..<random.index(below: 57) {
      let open = lengths.indices.filter { lengths[$0] < 16 }
      lengths[open[random.index(below: open.count)]] += 1
    }
    return Batch(
      images: (0..<4 * 16 * 16 * 3).map { UInt8(truncatingIfNeeded: $0 * 7 + n) },
      tokens: configuration.text.captions(lengths) { Int32(1 + random.index(below: 50)) }, samples: Array(0..<4),
      side: 16, contextLength: 16)
  }

  @Test func `a thousand steps of varying captions soon ask for nothing more`() throws {
    let found = Mutex<[(bytes: Int, primitives: Int)]>([])
    let most = Mutex(0)
    try simulate(workers: 1) { worker in
      _ = try LiveBytes.asked {
        let before = LiveBytes.now
        let model = CLIPModel(configuration, seed: 1)
        let plan = BatchPlan(batch: 8, chunk: 4, lanes: 1, workers: 1, rank: 0)
        let exchange = try Exchange(worker, overlaps: false)
        let optimizer = Optimizer(
          model, .init(adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: 1),
          exchange: exchange)
        let step = TrainingStep(model, plan: plan, exchange: exchange, graphs: .always)
        for k in 0..<1000 {
          let chunks = [chunk(2 * k), chunk(2 * k + 1)]
          _ = try step.run(chunks, step: k, update: optimizer.begin(step: k + 1, learningRate: 1e-3))
          if [699, 999].contains(k) { found.withLock { $0.append(LiveBytes.askedSoFar) } }
        }
        most.withLock { $0 = LiveBytes.peakSinceLastAsked() - before }
      }
    }
    let (middle, end) = found.withLock { ($0[0], $0[1]) }
    // A few small blocks more, of thousands: chunks of so many and of so many rows had never met in one step.
    #expect(end.bytes - middle.bytes <= middle.bytes / 500, "\(middle.bytes) bytes, then \(end.bytes)")
    #expect(end.primitives == middle.primitives)
    // Blocks that no other length can use would lie idle.
    let held = most.withLock { $0 }
    #expect(end.bytes < 2 * held, "\(end.bytes) bytes, \(held) held at once")
  }

  @Test func `graphs that are kept fit the budget, whatever their captions`() throws {
    let chunks = (0..<8).map { chunk($0) }
    let bytes = chunks.map { chunk in
      let model = CLIPModel(configuration, seed: 1)
      let before = LiveBytes.now
      let features = (
        model.imageFeatures(chunk.images, Pass(learns: true)), model.textFeatures(chunk.tokens, Pass(learns: true))
      )
      return withExtendedLifetime(features) { LiveBytes.now - before }
    }
    #expect(Set(bytes).count > 4)
    let budget = bytes.reduce(0, +) / 2
    let encoded = Mutex(0)
    try simulate(workers: 1) { worker in
      let model = CLIPModel(configuration, seed: 1)
      let plan = BatchPlan(batch: 32, chunk: 4, lanes: 1, workers: 1, rank: 0)
      let step = TrainingStep(model, plan: plan, exchange: try Exchange(worker), graphs: .within(bytes: budget))
      let before = LiveBytes.now
      let phases = try step.run(chunks).phases
      encoded.withLock { $0 = phases.bytes(.encode) - before }
    }
    // Beside the graphs are the gathered features, and one graph that turned out too large.
    let most = encoded.withLock { $0 }
    #expect(most > budget / 2 && most < budget + (bytes.max() ?? 0) + (16 << 10), "\(most) of \(budget)")
  }
}
