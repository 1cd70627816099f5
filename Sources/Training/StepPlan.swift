import CLIP
import Engine

/// What a training step will need of each worker, computed before anything is launched.
public struct StepPlan: Sendable {
  public var configuration: ModelConfiguration
  public var parameterCount: Int
  public var batch: Int
  public var chunk: Int
  public var workers: Int
  public var lanes: Int
  public var precision: Precision
  /// Bytes for graphs that wait for backward; nil: all are kept.
  public var graphBudget: Int?
  public var captionTokens: Int

  private var cost: StepCost { StepCost(configuration, captionTokens: captionTokens) }
  private var rows: Int { batch / workers }
  private var chunksPerWorker: Int { rows / chunk }

  /// Chunks whose graphs are kept; the others are encoded twice.
  public var chunksKept: Int {
    guard let graphBudget else { return chunksPerWorker }
    return min(chunksPerWorker, graphBudget / max(1, cost.graphBytesPerPair(half: precision == .bf16) * chunk))
  }
}

// Memory.
extension StepPlan {
  /// Bytes of a worker, by what they hold.
  public struct Memory: Sendable {
    /// f32 values, and their copy for products in bf16.
    public var parameters: Int
    /// A lane's block, and the partial sums of the lanes before it.
    public var gradients: Int
    public var moments: Int
    /// What chunks keep until backward, with one that runs.
    public var graphs: Int
    /// Gathered embeddings, mine and their gradients.
    public var features: Int
    /// Bytes of my pictures and tokens.
    public var pairs: Int

    public var total: Int { parameters + gradients + moments + graphs + features + pairs }
  }

  public var memory: Memory {
    let lanesPerWorker = max(1, lanes / workers)
    let blocks = lanesPerWorker.trailingZeroBitCount + 1
    let half = precision == .bf16
    let chunkBytes = cost.graphBytesPerPair(half: half) * chunk
    let width = configuration.embeddingWidth
    let side = configuration.vision.imageSize
    return Memory(
      parameters: parameterCount * (half ? 6 : 4), gradients: 4 * blocks * parameterCount, moments: 8 * parameterCount,
      graphs: max(1, chunksKept) * chunkBytes, features: 4 * width * (2 * batch + 4 * rows),
      pairs: rows * (3 * side * side + 4 * configuration.text.contextLength))
  }
}

// The wire.
extension StepPlan {
  /// Logical bytes of a step, as `wire_bytes` counts them: features and log-sum-exps of all rows, and one reduction.
  public var wireBytes: Int { gatherBytes + reductionBytes }

  private var gatherBytes: Int { 4 * (2 * batch * configuration.embeddingWidth + 2 * batch) }
  private var reductionBytes: Int { 4 * parameterCount }
}

// Time.
extension StepPlan {
  /// Seconds of a step, by what they are spent on.
  public struct Seconds: Sendable {
    public var encodeAndBackward: Double
    public var loss: Double
    public var gather: Double
    public var reduce: Double
    public var update: Double

    public var total: Double { encodeAndBackward + loss + gather + reduce + update }

    /// What takes most of the step.
    public var binds: String {
      let parts = [
        ("encoders", encodeAndBackward), ("loss", loss), ("gather", gather), ("reduction", reduce), ("update", update),
      ]
      return parts.max { $0.1 < $1.1 }?.0 ?? ""
    }
  }

  /// - Parameter machine: measured with as many workers a host as will run, and with a wire if there are several.
  /// - Returns: nil where the profile lacks the precision or the wire.
  public func seconds(on machine: MachineProfile) -> Seconds? {
    guard let rates = machine.rates(precision) else { return nil }
    let wire = machine.wire
    guard workers == 1 || wire != nil else { return nil }

    let share = 1 - 1 / Double(workers)
    let hops = Double(workers.trailingZeroBitCount + (workers.nonzeroBitCount > 1 ? 1 : 0))
    let latency = wire?.latencySeconds ?? 0
    func sent(_ bytes: Int, times: Double, messages: Double) -> Double {
      guard let wire, workers > 1 else { return 0 }
      return times * share * Double(bytes) / wire.bytesPerSecond + messages * latency
    }
    let segments = Double(1 + reductionBytes / (4 << 20))
    return Seconds(
      encodeAndBackward: encodeAndBackward(rates),
      loss: lossFlops(batch: batch, dim: configuration.embeddingWidth, workers: workers) / machine.lossFlops,
      gather: sent(gatherBytes, times: 1, messages: 4 * hops),
      reduce: sent(reductionBytes, times: 2, messages: 2 * hops * segments),
      update: Double(parameterCount) * machine.updateSecondsPerParameter)
  }

  /// Forward is a third of a step's products; chunks without a graph pass it twice.
  private func encodeAndBackward(_ rates: MachineProfile.Rates) -> Double {
    let pair = cost.flopsPerPair / rates.productFlops + cost.streamNumbersPerPair * rates.secondsPerStreamNumber
    let again = Double((chunksPerWorker - chunksKept) * chunk) / 3
    return (Double(rows) + again) * pair
  }
}
