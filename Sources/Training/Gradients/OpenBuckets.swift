import Engine

/// The buckets that backward isn't through with: some of their parameters still lack their gradient.
struct OpenBuckets {
  private let buckets: Buckets
  private let parameters: Parameters
  /// Parameters of each bucket without their gradient yet.
  private var missing: [Int]

  init(_ buckets: Buckets, of parameters: Parameters) {
    (self.buckets, self.parameters) = (buckets, parameters)
    missing = buckets.all.map(\.parameters.count)
  }

  var indices: [Int] { missing.indices.filter { missing[$0] > 0 } }

  /// Notes that backward is through with a leaf.
  ///
  /// - Returns: the bucket that has all its gradients now.
  mutating func passed(_ leaf: Gradient) -> Int? {
    guard let declaration = parameters.declaration(of: leaf) else { return nil }
    leaf.finishCollecting()
    let bucket = buckets.index(of: declaration)
    missing[bucket] -= 1
    return missing[bucket] == 0 ? bucket : nil
  }
}
