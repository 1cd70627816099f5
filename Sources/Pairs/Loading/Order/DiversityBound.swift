/// How much samples have in common, and what that leaves of the best a batch could be.
public struct DiversityBound: Sendable, Equatable {
  public let kind: SampleContents.Kind
  /// Samples that have one: a caption, a picture, a label.
  public let samples: Int
  public let distinct: Int
  /// Samples of the most frequent one.
  public let most: Int
  /// Samples of a batch that have what an earlier one of it has, in the mean over an epoch of the best order there is:
  ///
  ///     B − Σ_g min(n_g, m) / m,    n_g samples of group g, m = n / B batches
  public let duplicates: Double
}

extension SampleContents {
  /// The bound of each kind, by the captions that are drawn in the first epoch.
  public func bounds(batch: Int, seed: UInt64) -> [DiversityBound] {
    let kinds = Kind.allCases.filter(self.kinds.contains)
    var groups = kinds.map { _ in [UInt64: Int]() }
    for sample in 0..<count {
      for (kind, hash) in hashes(of: sample, epoch: 0, seed: seed).enumerated() where hash != Self.none {
        groups[kind][hash, default: 0] += 1
      }
    }
    let batches = Double(count) / Double(batch)
    return zip(kinds, groups).map { kind, groups in
      let samples = groups.values.reduce(0, +)
      let useful = groups.values.reduce(0) { $0 + min(Double($1), batches) }
      return DiversityBound(
        kind: kind, samples: samples, distinct: groups.count, most: groups.values.max() ?? 0,
        duplicates: (Double(samples) - useful) / batches)
    }
  }
}
