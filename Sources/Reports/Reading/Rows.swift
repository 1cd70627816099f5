import Training

/// A row of `workers.jsonl`.
struct WorkerRow: Decodable {
  let step: Int
  let worker: Int
  let host: String
  /// By phase.
  let seconds: [String: Double]
  /// By kind of collective.
  let calls: [String: Call]

  struct Call: Decodable {
    let bytes: Int
    let seconds: Double
  }

  init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: Name.self)
    step = try row.decode(Int.self, forKey: Name("step"))
    worker = try row.decode(Int.self, forKey: Name("worker"))
    host = try row.decode(String.self, forKey: Name("host"))
    seconds = try row.decode([String: Double].self, forKey: Name("seconds"))
    var calls: [String: Call] = [:]
    for key in row.allKeys where !["seconds", "hidden_seconds", "tensor_bytes"].contains(key.stringValue) {
      calls[key.stringValue] = try? row.decode(Call.self, forKey: key)
    }
    self.calls = calls
  }

  /// What the worker computed, without waits for others, as `WorkerAccount.ownSeconds`.
  var ownSeconds: Double {
    ["data", "encode", "loss", "backward", "update"].reduce(0) { $0 + (seconds[$1] ?? 0) }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

/// A row of `similarities.jsonl`.
struct SimilarityRow: Decodable {
  let step: Int
  let positives: [Int]
  let negatives: [Int]
}

/// A row of `skipped.jsonl`.
struct SkippedRow: Decodable {
  let file: String
  let record: String
  let kind: String
  let reason: String
}

/// Quantiles of numbers that are known by how many lie in which of equally wide bins over −1…1.
package struct BinnedCosines {
  private let counts: [Int]

  package init(counts: [Int]) { self.counts = counts }

  /// The cosine below which a share of the numbers lies, straight within a bin; NaN where there are none.
  package func quantile(_ share: Double) -> Double {
    let total = Double(counts.reduce(0, +))
    guard total > 0 else { return .nan }
    var below = 0.0
    for (bin, count) in counts.enumerated() where count > 0 {
      if below + Double(count) >= share * total {
        return edge(Double(bin) + (share * total - below) / Double(count))
      }
      below += Double(count)
    }
    return 1
  }

  private func edge(_ bin: Double) -> Double { 2 * bin / Double(counts.count) - 1 }
}
