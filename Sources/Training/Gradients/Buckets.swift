import Engine

/// How gradients fall into buckets of whole parameters, which travel and are updated by themselves.
///
/// Of the model alone, never of the number of workers: sums over buckets have the same bits on all of them.
public struct Buckets {
  struct Bucket {
    /// Where it lies in the parameters' values, padding included.
    var range: Range<Int>
    /// The encoder that all of its parameters are of; nil for the loss's.
    let tower: Tower?
    var parameters: [Parameters.Declaration]
  }

  /// 4 MiB: long enough for the wire's bandwidth. A bucket is longer where a single parameter is.
  public static let usualLength = 1 << 20

  let all: [Bucket]
  /// Running averages that go with what learns, and where they lie.
  let averages: [Parameters.Declaration]
  let averagesRange: Range<Int>
  package var ranges: [Range<Int>] { all.map(\.range) }

  /// - Parameter length: at which a bucket gets no further parameter.
  public init(_ layout: ParameterLayout, length: Int = usualLength) {
    var all: [Bucket] = []
    let learned = layout.learned
    let ends = learned.dropFirst().map(\.offset) + [layout.learnedCount]
    for (declaration, end) in zip(learned, ends) {
      let tower = declaration.tower
      if let last = all.indices.last, all[last].tower == tower, all[last].range.count < length {
        all[last].range = all[last].range.lowerBound..<end
        all[last].parameters.append(declaration)
      } else {
        all.append(Bucket(range: declaration.offset..<end, tower: tower, parameters: [declaration]))
      }
    }
    self.all = all
    averages = layout.averages
    averagesRange = layout.learnedCount..<layout.collectedCount
  }

  /// The bucket that a parameter's gradient lies in.
  func index(of declaration: Parameters.Declaration) -> Int {
    guard let index = all.firstIndex(where: { $0.range.contains(declaration.offset) }) else {
      preconditionFailure("buckets: \(declaration.name) lies in none")
    }
    return index
  }
}

/// Which buckets backward isn't through with.
struct UnfinishedBuckets {
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
  mutating func finish(_ gradient: Gradient) -> Int? {
    guard let declaration = parameters.declaration(of: gradient) else { return nil }
    gradient.finishCollecting()
    let bucket = buckets.index(of: declaration)
    missing[bucket] -= 1
    return missing[bucket] == 0 ? bucket : nil
  }
}
