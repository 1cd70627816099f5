import Collectives
import Foundation
import Training

/// What one step was on one worker: a row of `workers.jsonl`.
///
///     {"step":100,"worker":3,"host":"node7","seconds":{"data":…,…},"hidden_seconds":{…},"tensor_bytes":{…},
///      "all_gather":{"bytes":…,"seconds":…},…}
///
/// `seconds` are what each phase took, and `hidden_seconds` what its calls took beside another phase; `tensor_bytes` is
/// the most that tensors held within the phase. A collective's seconds hold its waits for others.
public struct WorkerAccount: Sendable {
  public let worker: Int
  public let host: String
  public let phases: Phases
  public let traffic: Traffic
  /// What the worker asks of all, once the step is done.
  let wishes: StepWishes

  /// Without the waits for others: what tells a slow worker from those that it keeps waiting.
  public var ownSeconds: Double {
    [.data, .encode, .loss, .backward, .update].reduce(0) { $0 + phases[$1] }
  }

  public func line(step: Int) -> String {
    func object(_ name: String, _ values: [(String, any CustomStringConvertible)]) -> String {
      "\"\(name)\":{" + values.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
    let phases = phases
    let byPhase = [
      object("seconds", Phases.Phase.allCases.map { ("\($0)", phases[$0]) }),
      object("hidden_seconds", Phases.Phase.allCases.map { ("\($0)", phases.hidden($0)) }),
      object("tensor_bytes", Phases.Phase.allCases.map { ("\($0)", phases.bytes($0)) }),
    ]
    let byCall = Traffic.Kind.allCases.filter { traffic[$0].bytes > 0 }.map { kind in
      object(kind.rawValue, [("bytes", traffic[kind].bytes), ("seconds", traffic[kind].seconds)])
    }
    let head = "\"step\":\(step),\"worker\":\(worker),\"host\":\"\(host)\""
    return "{" + ([head] + byPhase + byCall).joined(separator: ",") + "}"
  }
}

/// Brings the workers' accounts together.
package struct Accounting {
  private let workers: any Communicator
  private let hosts: [String]

  /// Called by all workers.
  package init(_ workers: any Communicator) throws {
    self.workers = workers
    let length = 64
    let name = ProcessInfo.processInfo.hostName.utf8.prefix(length).map(Float.init)
    let names = try workers.gathered(name + [Float](repeating: 0, count: length - name.count))
    hosts = (0..<workers.size).map { worker in
      let bytes = names[worker * length..<(worker + 1) * length].prefix { $0 > 0 }
      // What JSON would have to escape, no host has.
      return String(decoding: bytes.map { UInt8($0) }.filter { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }, as: UTF8.self)
    }
  }

  /// Everybody's, in rank order, on every worker.
  package func gather(
    _ phases: Phases, _ traffic: Traffic, _ wishes: StepWishes = []
  ) throws -> [WorkerAccount] {
    let mine =
      [Double(wishes.rawValue)] + phases.numbers
      + Traffic.Kind.allCases.flatMap { [Double(traffic[$0].bytes), traffic[$0].seconds] }
    let all = try workers.gathered(mine)
    return (0..<workers.size).map { worker in
      let (wishes, numbers) = (
        all[worker * mine.count], Array(all[worker * mine.count + 1..<(worker + 1) * mine.count])
      )
      let amounts = numbers.dropFirst(Phases.numberCount)
      var traffic = Traffic()
      for (kind, at) in zip(Traffic.Kind.allCases, stride(from: amounts.startIndex, to: amounts.endIndex, by: 2)) {
        traffic[kind].bytes = Int(amounts[at])
        traffic[kind].seconds = amounts[at + 1]
      }
      return WorkerAccount(
        worker: worker, host: hosts[worker], phases: Phases(numbers: numbers), traffic: traffic,
        wishes: StepWishes(rawValue: Int(wishes)))
    }
  }
}
