import Files
import Foundation
import Settings

/// What one worker of a machine does in a second, as `diagonal bench machine` measures it and `diagonal plan` uses it.
public struct MachineProfile: Codable, Sendable, Equatable {
  /// Workers that ran at once while it was measured: those of a host share its caches and its memory.
  public var workers: Int
  /// Threads of each.
  public var threads: Int
  public var f32: Rates
  /// nil where it wasn't measured.
  public var bf16: Rates?
  /// Whether a run's `precision: auto` is bf16 there; nil in profiles that don't say.
  public var prefersBF16: Bool?
  /// Bytes read and written by the sum of two long vectors.
  public var memoryBytesPerSecond: Double
  /// Operations a second of the loss, counting 2 for a multiplication and its addition.
  public var lossFlops: Double
  /// nil where one worker measured alone.
  public var wire: Wire?

  public struct Rates: Codable, Sendable, Equatable {
    /// Operations a second of a lone matrix product.
    public var productFlops: Double
    public var transformer: EncoderCost
    public var convolution: EncoderCost
    /// Seconds of the gradients' norm, the optimizer's pass and the copy for products.
    public var updateSecondsPerParameter: Double

    public init(
      productFlops: Double, transformer: EncoderCost, convolution: EncoderCost, updateSecondsPerParameter: Double
    ) {
      self.productFlops = productFlops
      self.transformer = transformer
      self.convolution = convolution
      self.updateSecondsPerParameter = updateSecondsPerParameter
    }

    enum CodingKeys: String, CodingKey {
      case transformer, convolution
      case productFlops = "product_flops"
      case updateSecondsPerParameter = "update_seconds_per_parameter"
    }
  }

  public struct Wire: Codable, Sendable, Equatable {
    /// Seconds of a message of one float.
    public var latencySeconds: Double
    /// That a worker sends in a sum while it receives as many, their addition included.
    public var bytesPerSecond: Double
    /// What a second of the wire costs a worker that computes meanwhile: 0 where a network card does all the work.
    public var exposedShare: Double
    /// More than all where the calls slow the computation down besides.
    static let exposedShares = 0.0...2

    public init(latencySeconds: Double, bytesPerSecond: Double, exposedShare: Double) {
      self.latencySeconds = latencySeconds
      self.bytesPerSecond = bytesPerSecond
      self.exposedShare = exposedShare
    }

    enum CodingKeys: String, CodingKey {
      case latencySeconds = "latency_seconds"
      case bytesPerSecond = "bytes_per_second"
      case exposedShare = "exposed_share"
    }
  }

  public init(
    workers: Int, threads: Int, f32: Rates, bf16: Rates?, prefersBF16: Bool? = nil, memoryBytesPerSecond: Double,
    lossFlops: Double, wire: Wire?
  ) {
    self.workers = workers
    self.threads = threads
    self.f32 = f32
    self.bf16 = bf16
    self.prefersBF16 = prefersBF16
    self.memoryBytesPerSecond = memoryBytesPerSecond
    self.lossFlops = lossFlops
    self.wire = wire
  }

  enum CodingKeys: String, CodingKey {
    case workers, threads, f32, bf16, wire
    case prefersBF16 = "prefers_bf16"
    case memoryBytesPerSecond = "memory_bytes_per_second"
    case lossFlops = "loss_flops"
  }

  /// nil where they weren't measured.
  func rates(_ precision: Precision) -> Rates? { precision == .bf16 ? bf16 : f32 }
}

/// What is wrong with a machine profile.
public enum MachineProfileError: Error, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case lacksWire(path: String, workers: Int)
  case lacksBF16(path: String)
  case threads(path: String, measured: Int, run: Int)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path) can't be read as a machine profile: \(reason); "
        + "make one with mpirun -np 2 diagonal bench machine --json > machine.json"
    case .lacksWire(let path, let workers):
      "\(path) was measured by one worker, so it can't tell the wire's seconds between \(workers); "
        + "measure with mpirun -np 2 diagonal bench machine --json > machine.json"
    case .lacksBF16(let path):
      "\(path) has no rates for bf16; measure again with diagonal bench machine, or plan with --set precision=f32"
    case .threads(let path, let measured, let run):
      "\(path) was measured with \(measured) threads a worker, and parallel.threads is \(run); "
        + "measure with diagonal bench machine --threads \(run)"
    }
  }
}

extension MachineProfile {
  /// - Parameter path: what `diagonal bench machine --json` printed.
  public init(path: String) throws(MachineProfileError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch { throw .unreadable(path: path, reason: words(DecodingProblem(error))) }
    if let problem { throw .unreadable(path: path, reason: problem) }
  }

  /// A rate that nothing has.
  private var problem: String? {
    var values = [
      ("workers", Double(workers)), ("threads", Double(threads)), ("memory_bytes_per_second", memoryBytesPerSecond),
      ("loss_flops", lossFlops),
    ]
    if let wire {
      values += [("wire.latency_seconds", wire.latencySeconds), ("wire.bytes_per_second", wire.bytesPerSecond)]
    }
    for (name, rates) in [("f32", f32), ("bf16", bf16)] {
      guard let rates else { continue }
      values += [
        ("\(name).product_flops", rates.productFlops),
        ("\(name).update_seconds_per_parameter", rates.updateSecondsPerParameter),
        ("\(name).transformer's seconds", rates.transformer.secondsPerFlop + rates.transformer.secondsPerGraphByte),
        ("\(name).convolution's seconds", rates.convolution.secondsPerFlop + rates.convolution.secondsPerGraphByte),
      ]
    }
    if let share = wire?.exposedShare, !(Wire.exposedShares ~= share) {
      return "wire.exposed_share is \(share), must be between 0 and \(Wire.exposedShares.upperBound)"
    }
    return values.first { !($0.1 > 0) }.map { "\($0.0) is \($0.1), must be positive" }
  }
}

private func words(_ problem: DecodingProblem) -> String {
  switch problem {
  case .missing(let field): "\(field) is missing"
  case .wrong(let field, _): "\(field) isn't what a profile holds there"
  case .malformed: "it isn't JSON"
  case .other(let words): words
  }
}
