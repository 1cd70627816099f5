import Foundation

/// What one worker of a machine does in a second, as `diagonal bench machine` measures it and `diagonal plan` uses it.
public struct MachineProfile: Codable, Sendable, Equatable {
  /// Workers that ran at once while it was measured: they share caches and memory.
  public var workers: Int
  /// Threads of each.
  public var threads: Int
  public var f32: Rates
  /// nil where the CPU can't multiply bf16.
  public var bf16: Rates?
  /// Operations a second of the loss, counting 2 for a multiplication and its addition.
  public var lossFlops: Double
  /// Of the optimizer's pass.
  public var updateSecondsPerParameter: Double
  /// nil where one worker measured alone.
  public var wire: Wire?

  public struct Rates: Codable, Sendable, Equatable {
    /// Operations a second of a plain matrix product.
    public var productFlops: Double
    /// What a transformer's block takes beyond its products, by number of the residual stream.
    public var secondsPerStreamNumber: Double

    enum CodingKeys: String, CodingKey {
      case productFlops = "product_flops"
      case secondsPerStreamNumber = "seconds_per_stream_number"
    }
  }

  public struct Wire: Codable, Sendable, Equatable {
    /// Of a message of one float.
    public var latencySeconds: Double
    /// That a worker sends while it receives as many, their addition included.
    public var bytesPerSecond: Double

    enum CodingKeys: String, CodingKey {
      case latencySeconds = "latency_seconds"
      case bytesPerSecond = "bytes_per_second"
    }
  }

  enum CodingKeys: String, CodingKey {
    case workers, threads, f32, bf16, wire
    case lossFlops = "loss_flops"
    case updateSecondsPerParameter = "update_seconds_per_parameter"
  }

  func rates(_ precision: Precision) -> Rates? { precision == .bf16 ? bf16 : f32 }
}

/// What is wrong with a machine profile.
public enum MachineProfileError: Error, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case lacksWire(path: String)
  case lacksBF16(path: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path) can't be read as a machine profile: \(reason); make one with diagonal bench machine --json > \(path)"
    case .lacksWire(let path):
      "\(path) was measured by one worker, so it knows nothing of the wire; "
        + "measure again with mpirun -np 2 diagonal bench machine --json > \(path)"
    case .lacksBF16(let path): "\(path) is of a CPU that can't multiply bf16; plan with precision f32"
    }
  }
}

extension MachineProfile {
  public init(path: String) throws(MachineProfileError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch { throw .unreadable(path: path, reason: "\(error)") }
  }
}
