import Collectives
import Engine
import Foundation

/// A machine that a run is launched on, with how many of its workers.
public struct HostFacts: Codable, Sendable, Equatable {
  public let host: String
  public var workers: Int
  public let processor: String
  /// What the kernels were chosen for: avx2, avx512 …
  public let instructions: String
  /// Cores that the process may use.
  public let cores: Int
  public let memoryBytes: Int

  enum CodingKeys: String, CodingKey {
    case host, workers, processor, instructions, cores
    case memoryBytes = "memory_bytes"
  }

  private static var here: HostFacts {
    let process = ProcessInfo.processInfo
    return HostFacts(
      host: process.hostName, workers: 1, processor: Processor.name, instructions: "\(Processor.kernels)",
      cores: process.activeProcessorCount, memoryBytes: Int(clamping: process.physicalMemory))
  }

  /// Those of all workers, in the order of their first ranks. Called by all workers.
  static func gather(_ workers: any Communicator) throws -> [HostFacts] {
    let mine = String(decoding: try JSONEncoder().encode(here), as: UTF8.self)
    var hosts: [HostFacts] = []
    for text in try workers.gathered(mine) {
      let facts = try JSONDecoder().decode(HostFacts.self, from: Data(text.utf8))
      if let at = hosts.firstIndex(where: { $0.host == facts.host }) {
        hosts[at].workers += 1
      } else {
        hosts.append(facts)
      }
    }
    return hosts
  }
}
