import CLIP
import Settings

extension StepPlan {
  /// What a step takes of a worker's time. Of the wire only what the worker waits for, or loses while it computes.
  public struct Seconds: Sendable, Equatable {
    public var encoders: Double
    public var loss: Double
    public var gather: Double
    public var reduction: Double
    public var update: Double

    public var total: Double { encoders + loss + gather + reduction + update }

    /// What takes most of the step.
    public var binds: String {
      let parts = [
        ("encoders", encoders), ("loss", loss), ("gather", gather), ("reduction", reduction), ("update", update),
      ]
      return parts.max { $0.1 < $1.1 }?.0 ?? ""
    }
  }

  /// - Parameter machine: measured with as many workers a host as will run.
  /// - Returns: nil where the profile lacks the precision, or the wire between several workers.
  public func seconds(on machine: MachineProfile) -> Seconds? {
    guard let rates = machine.rates(run.precision) else { return nil }
    guard workers == 1 || machine.wire != nil else { return nil }
    let wire = WireCost(machine.wire, workers: workers)
    let weights = model.work.weightSeconds(machine.memoryBytesPerSecond)
    let (pair, forward) = (model.work.seconds(rates), model.work.forwardSeconds(rates))
    let encodedAgain = model.work.againSeconds(rates)
    let again = Double((chunksPerWorker - chunksKept) * chunk) * encodedAgain
    // Blocks run again in every chunk's backward, one that is encoded again too.
    let backward = pair - forward + (run.model.checkpointBlocks ? encodedAgain : 0)
    return Seconds(
      encoders: Double(pairsPerWorker) * (forward + backward) + again + Double(passes) * weights
        + laneSeconds(machine.memoryBytesPerSecond),
      loss: lossFlops / machine.lossFlops,
      gather: gather(wire, beside: Double(pairsPerWorker - pairsAtOnce) * forward),
      reduction: reduction(wire, beside: Double(pairsAtOnce) * backward), update: update(rates, wire))
  }

  /// Those of tiles; a supervised model's products are its encoders'.
  private var lossFlops: Double {
    model.configuration.text.classes == nil
      ? Double(1 + (run.loss.hardNegatives ?? 0))
        * Self.lossFlops(batch: batch, dim: model.configuration.embeddingWidth, workers: workers) : 0
  }

  /// Every lane's gradients are set, squared, and added to those before them.
  private func laneSeconds(_ memoryBytesPerSecond: Double) -> Double {
    let mine = Double(lanes / workers)
    return (mine * 8 + (mine - 1) * 12) * Double(model.work.learnedCount) / memoryBytesPerSecond
  }

  /// Features leave pass by pass, pictures' and texts'; the last texts' are waited for, as is what the loss needs.
  private func gather(_ wire: WireCost, beside encoding: Double) -> Double {
    let calls = (run.loss.hardNegatives == nil ? 2 : 3) * passes
    let features = wire.gather(traffic.featureBytes, calls: calls)
    let hidden = min(features * (1 - 1 / Double(calls)), encoding)
    return wire.exposed(features, beside: run.parallel.overlap ? hidden : 0)
      + wire.gather(traffic.lossBytes, calls: 2)
  }

  /// Buckets leave while the last chunk's backward runs; the last one, of a table of tokens and so the largest, is waited
  /// for.
  private func reduction(_ wire: WireCost, beside backward: Double) -> Double {
    let half = run.parallel.shardOptimizer ? 0.5 : 1
    let sum = half * wire.sum(traffic.reductionBytes, calls: traffic.buckets + 1)
    let hidden = min(sum * (1 - traffic.largestBucket), backward)
    return wire.exposed(sum, beside: run.parallel.overlap ? hidden : 0)
  }

  /// A sharded optimizer's workers update their part, and gather the others' the while.
  private func update(_ rates: MachineProfile.Rates, _ wire: WireCost) -> Double {
    let all = Double(model.work.learnedCount) * rates.updateSecondsPerParameter
    guard run.parallel.shardOptimizer else { return all }
    return all / Double(workers) + wire.gather(traffic.shareBytes, calls: traffic.buckets)
  }

  /// Operations that each of `workers` does for the loss: it computes the tiles in its rows or its columns twice, and
  /// two gradients of its rows.
  static func lossFlops(batch: Int, dim: Int, workers: Int) -> Double {
    let (all, share) = (Double(batch) * Double(batch), 1 / Double(workers))
    return 2 * Double(dim) * all * (2 * (2 * share - share * share) + 2 * share)
  }
}

/// Seconds of collective calls between so many workers.
///
/// A message's bytes take their time at the wire's bandwidth, and each of log₂(N) rounds of messages its latency; the
/// wire's numbers are taken to hold for more workers than were measured.
private struct WireCost {
  private let wire: MachineProfile.Wire?
  private let workers: Int

  init(_ wire: MachineProfile.Wire?, workers: Int) {
    self.wire = workers > 1 ? wire : nil
    self.workers = workers
  }

  /// Everybody gets everybody's part of so many bytes.
  func gather(_ bytes: Int, calls: Int) -> Double { seconds(bytes, times: 1, calls: calls) }

  /// Everybody gets the sum of so many bytes.
  func sum(_ bytes: Int, calls: Int) -> Double { seconds(bytes, times: 2, calls: calls) }

  private func seconds(_ bytes: Int, times: Double, calls: Int) -> Double {
    guard let wire else { return 0 }
    let sent = times * (1 - 1 / Double(workers)) * Double(bytes)
    let rounds = Double(Int.bitWidth - (workers - 1).leadingZeroBitCount)
    return sent / wire.bytesPerSecond + times * Double(calls) * rounds * wire.latencySeconds
  }

  /// What is left of `seconds` when so many of them pass beside computation.
  func exposed(_ seconds: Double, beside hidden: Double) -> Double {
    guard let wire else { return 0 }
    return seconds - hidden * (1 - wire.exposedShare)
  }
}
