import Collectives
import Files
import Foundation
import Pairs
import Settings

extension TrainingSetup {
  /// Throws, on all workers alike, unless all are about to train the same run: machines that don't share their files
  /// can hold others of the same name.
  public func requireSame(on workers: any Communicator) throws {
    guard workers.size > 1 else { return }
    try requireAgreement(
      [
        ("version of Diagonal", diagonalVersion),
        ("checkpoint to start from", "\(start?.state.step ?? 0)"), ("number of pairs", "\(source.count)"),
        ("data set", dataDigest), ("evaluations' data and classes", try evaluationData()),
        ("stored features", try featuresDigest()), ("run file", run.yaml()), ("model configuration", modelText),
        ("tokenizer", mergesDigest),
      ], among: workers)
  }
}

/// Throws, on all workers alike, where one has other texts than worker 0.
package func requireAgreement(_ parts: [(name: String, text: String)], among workers: any Communicator) throws {
  let all = try workers.gathered(parts.flatMap { pieces(ofDigest: sha256(Array($0.text.utf8))) })
  let width = all.count / workers.size
  for worker in 1..<max(1, workers.size) {
    let differing = parts.indices.filter { part in
      (part * width / parts.count..<(part + 1) * width / parts.count).contains { all[worker * width + $0] != all[$0] }
    }
    guard differing.isEmpty else {
      throw TrainingError.workersDiffer(worker: worker, parts: differing.map { parts[$0].name })
    }
  }
}

/// The 64 hexadecimal digits in fours: numbers that a float holds exactly.
private func pieces(ofDigest digest: String) -> [Float] {
  let digits = Array(digest)
  return stride(from: 0, to: digits.count, by: 4).map { start in
    Float(UInt16(String(digits[start..<start + 4]), radix: 16) ?? 0)
  }
}
