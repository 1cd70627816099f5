import CLIP
import Collectives
import Engine
import Foundation
import Training

/// Measures a machine's rates, by all workers at once: short training steps of small models, and the wire.
public struct MachineBenchmark: Sendable {
  public var threads: Int
  /// Steps to time of each model.
  public var steps: Int

  public init(threads: Int, steps: Int = 5) {
    self.threads = threads
    self.steps = steps
  }

  /// Called by all workers.
  public func run(workers: any Communicator) throws -> MachineProfile {
    Threads.count = threads
    let memory = try memoryBytesPerSecond(workers)
    let batch = 2048 * workers.size
    let loss = LossBenchmark(batch: batch, dim: 512, threads: threads)
    // The first one makes primitives.
    _ = try loss.run(workers: workers)
    let seconds = try loss.run(workers: workers).seconds
    return MachineProfile(
      workers: workers.size, threads: threads, f32: try rates(.f32, workers, memory),
      bf16: try rates(.bf16, workers, memory), prefersBF16: Processor.multipliesBF16Faster,
      memoryBytesPerSecond: memory,
      lossFlops: StepPlan.lossFlops(batch: batch, dim: 512, workers: workers.size) / seconds,
      wire: try wire(workers))
  }

  private func memoryBytesPerSecond(_ workers: any Communicator) throws -> Double {
    // Longer than any cache.
    let (sum, other) = (Tensor(shape: [64 << 20], repeating: 0), Tensor(shape: [64 << 20], repeating: 1))
    return 12 * Double(sum.count) / (try best(of: 3, workers) { sum.add(other) })
  }
}

// Encoders.
extension MachineBenchmark {
  /// A model whose encoders are both of one kind, but for the small text tower beside a network of convolutions.
  private struct Reference {
    let json: String
    /// A worker's.
    let pairs: Int
    let captionTokens = 21

    func configuration() throws -> ModelConfiguration { try ModelConfiguration(json: Data(json.utf8)) }
  }

  /// Two widths: products take most of the time in one, memory its share in the other.
  private static let wide = transformer(width: 768, image: #""image_size": 224, "patch_size": 32"#, pairs: 32)
  private static let narrow = transformer(width: 192, image: #""image_size": 64, "patch_size": 8"#, pairs: 128)
  /// Many normalizations between small products, and few between large ones.
  private static let bottlenecks = convolution(#""image_size": 224, "layers": [1, 1, 1, 1], "width": 64"#)
  private static let largeFilters = convolution(
    #""image_size": 128, "arch": "\#(ModelConfiguration.archOfLargeFilters)""#)

  private static func transformer(width: Int, image: String, pairs: Int) -> Reference {
    Reference(
      json: """
        {"embed_dim": 512, "vision_cfg": {\(image), "layers": 3, "width": \(width), "head_width": 64},
         "text_cfg": {"context_length": 32, "vocab_size": 1024, "width": \(width), "heads": \(width / 64), "layers": 3}}
        """, pairs: pairs)
  }

  private static func convolution(_ image: String) -> Reference {
    Reference(
      json: """
        {"embed_dim": 512, "vision_cfg": {\(image)},
         "text_cfg": {"context_length": 32, "vocab_size": 1024, "width": 64, "heads": 1, "layers": 1}}
        """, pairs: 8)
  }

  private func rates(_ element: Element, _ workers: any Communicator, _ memory: Double) throws -> MachineProfile.Rates {
    let (wide, narrow) = (try time(Self.wide, element, workers), try time(Self.narrow, element, workers))
    func sample(_ timed: Timed) -> EncoderCost.Sample {
      EncoderCost.Sample(
        flops: timed.work.flops(.image) + timed.work.flops(.text),
        graphBytes: timed.work.graphBytes(.image) + timed.work.graphBytes(.text),
        seconds: (timed.encoders - timed.work.weightSeconds(memory)) / Double(timed.pairs))
    }
    let transformer = EncoderCost(sample(wide), sample(narrow))
    let convolutions = try [Self.bottlenecks, Self.largeFilters].map {
      let timed = try time($0, element, workers)
      let texts = transformer.seconds(flops: timed.work.flops(.text), graphBytes: timed.work.graphBytes(.text))
      return EncoderCost.Sample(
        flops: timed.work.flops(.image), graphBytes: timed.work.graphBytes(.image),
        seconds: (timed.encoders - timed.work.weightSeconds(memory)) / Double(timed.pairs) - texts)
    }
    return MachineProfile.Rates(
      productFlops: wide.peak, transformer: transformer, convolution: EncoderCost(convolutions[0], convolutions[1]),
      updateSecondsPerParameter: wide.update / Double(wide.work.learnedCount))
  }

  private struct Timed {
    let work: EncoderWork
    let pairs: Int
    /// Seconds of a worker's step.
    let encoders: Double
    let update: Double
    let peak: Double
  }

  private func time(_ reference: Reference, _ element: Element, _ workers: any Communicator) throws -> Timed {
    let configuration = try reference.configuration()
    var step = StepBenchmark(
      batch: reference.pairs * workers.size, chunk: reference.pairs, captions: .equal(reference.captionTokens),
      steps: steps, threads: threads, element: element)
    step.overlaps = false
    let found = try step.run(configuration, workers: workers)
    return Timed(
      work: EncoderWork(configuration, element: element, captionTokens: reference.captionTokens),
      pairs: reference.pairs, encoders: found.phases[.encode] + found.phases[.backward], update: found.phases[.update],
      peak: found.peakFlops / Double(workers.size))
  }
}

// The wire.
extension MachineBenchmark {
  private func wire(_ workers: any Communicator) throws -> MachineProfile.Wire? {
    guard workers.size > 1 else { return nil }
    let block = Tensor(shape: [16 << 20], repeating: 0)
    let sum = try best(of: 5, workers) { try workers.treeReduce(block.buffer) }
    let sent = 2 * (1 - 1 / Double(workers.size)) * Double(4 * block.count)
    return MachineProfile.Wire(
      latencySeconds: try latency(workers), bytesPerSecond: sent / sum, exposedShare: try exposedShare(block, workers))
  }

  /// Seconds of one float to the worker farthest away by rank, who is on another host where there are several.
  private func latency(_ workers: any Communicator) throws -> Double {
    let partner = workers.rank ^ workers.size / 2
    let (one, theirs) = (Tensor(shape: [1], repeating: 1), Tensor(shape: [1]))
    return try best(of: 200, workers) {
      try workers.exchange(UnsafeBufferPointer(one.buffer), with: partner, into: theirs.buffer)
    }
  }

  /// How much longer products take beside sums in the background, by what the sums take alone.
  private func exposedShare(_ block: Tensor, _ workers: any Communicator) throws -> Double {
    let (background, product) = (try CollectiveQueue(workers), ProductRate())
    let sum: (any Communicator) throws -> Void = { try $0.treeReduce(block.buffer) }
    func seconds(products: Int, sums: Int) throws -> Double {
      try best(of: 3, workers) {
        for _ in 0..<sums { try background.post(sum) }
        for _ in 0..<products { product.run() }
        try background.finish()
      }
    }
    let alone = try seconds(products: 0, sums: 4)
    let one = try seconds(products: 1, sums: 0)
    // Enough that the sums are over first.
    let products = Int(4 * alone / one) + 1
    let share = (try seconds(products: products, sums: 4) - seconds(products: products, sums: 0)) / alone
    let possible = MachineProfile.Wire.exposedShares
    return min(max(share, possible.lowerBound), possible.upperBound)
  }

  /// The shortest that the slowest worker took.
  private func best(of times: Int, _ workers: any Communicator, _ body: () throws -> Void) throws -> Double {
    try (0..<times).map { _ in
      try workers.barrier()
      let start = ContinuousClock.now
      try body()
      try workers.barrier()
      return (ContinuousClock.now - start).seconds
    }.min() ?? 0
  }
}
