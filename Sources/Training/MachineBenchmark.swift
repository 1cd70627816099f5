import CLIP
import Collectives
import Engine

/// Measures a machine's rates by small training steps of all workers at once.
public struct MachineBenchmark: Sendable {
  public var threads: Int

  public init(threads: Int) { self.threads = threads }

  /// - Parameter bf16: whether to measure it too.
  public func run(workers: any Communicator, bf16: Bool) throws -> MachineProfile {
    let (f32, update) = try rates(.f32, workers)
    let loss = try LossBenchmark(batch: 2048 * workers.size, dim: 512, threads: threads).run(workers: workers)
    return MachineProfile(
      workers: workers.size, threads: threads, f32: f32, bf16: bf16 ? try rates(.bf16, workers).rates : nil,
      lossFlops: lossFlops(batch: 2048 * workers.size, dim: 512, workers: workers.size) / loss.seconds,
      updateSecondsPerParameter: update, wire: try wire(workers))
  }

  /// What all models' rates are measured on: two towers of a middling width, at the lengths of ViT-B-32.
  private static let reference = """
    {"embed_dim": 512, "vision_cfg": {"image_size": 224, "layers": 6, "width": 512, "patch_size": 32},
     "text_cfg": {"context_length": 77, "vocab_size": 8192, "width": 512, "heads": 8, "layers": 6}}
    """

  private func rates(
    _ element: Element, _ workers: any Communicator
  ) throws -> (rates: MachineProfile.Rates, update: Double) {
    let configuration = try ModelConfiguration(json: .init(Self.reference.utf8))
    let (pairs, tokens) = (32, 21)
    let step = StepBenchmark(
      batch: pairs * workers.size, chunk: pairs, captionTokens: tokens, steps: 7, threads: threads, element: element)
    let found = try step.run(configuration, workers: workers)
    let cost = StepCost(configuration, captionTokens: tokens)
    let peak = found.peakFlops / Double(workers.size)
    let beyond =
      found.phases[.encode] + found.phases[.backward] - Double(pairs) * cost.flopsPerPair / peak
    let rates = MachineProfile.Rates(
      productFlops: peak, secondsPerStreamNumber: max(0, beyond) / (Double(pairs) * cost.streamNumbersPerPair))
    return (rates, found.phases[.update] / Double(configuration.parameterCount))
  }

  /// Times a message of one float between neighbours, and the sum of 64 MiB over all.
  private func wire(_ workers: any Communicator) throws -> MachineProfile.Wire? {
    guard workers.size > 1 else { return nil }
    let partner = workers.rank ^ 1
    let one = Tensor(shape: [1], repeating: 1)
    let theirs = Tensor(shape: [1])
    let exchange = try best(of: 200, workers) {
      if partner < workers.size { try workers.exchange(UnsafeBufferPointer(one.buffer), with: partner, into: theirs.buffer) }
    }
    let block = Tensor(shape: [16 << 20], repeating: 0)
    let sum = try best(of: 5, workers) { try workers.treeReduce(block.buffer) }
    let sent = 2 * (1 - 1 / Double(workers.size)) * Double(4 * block.count)
    return MachineProfile.Wire(latencySeconds: exchange, bytesPerSecond: sent / sum)
  }

  private func best(of times: Int, _ workers: any Communicator, _ body: () throws -> Void) throws -> Double {
    try (0..<times).map { _ in
      try workers.barrier()
      let start = ContinuousClock.now
      try body()
      return (ContinuousClock.now - start).seconds
    }.min() ?? 0
  }
}

/// Operations that each of `workers` does for the loss: it computes the tiles in its rows or its columns twice, and two
/// gradients of its rows.
func lossFlops(batch: Int, dim: Int, workers: Int) -> Double {
  let (all, share) = (Double(batch) * Double(batch), 1 / Double(workers))
  return 2 * Double(dim) * all * (2 * (2 * share - share * share) + 2 * share)
}
