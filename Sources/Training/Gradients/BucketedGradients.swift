import Engine

/// Gradients of all parameters that learn, bucket by bucket; beside them what running batch statistics take up and the
/// few sums that every worker wants to know.
///
/// A bucket takes memory when backward first reaches one of its parameters, and gives it back when it is let go of.
public final class BucketedGradients {
  /// What is summed over rows of the global batch.
  enum Statistic: Int, CaseIterable {
    case loss, imageHits, textHits
    /// Σ g² of each lane's gradient by itself: what the noise scale is found from.
    case laneSquares
  }

  private enum Content {
    case nothing, gone
    case gradients(Tensor)
  }

  let buckets: Buckets
  private var contents: [Content]
  /// What batch statistics take up, then the sums; it travels in one piece.
  let statistics: Tensor

  package init(_ buckets: Buckets) {
    self.buckets = buckets
    contents = Array(repeating: .nothing, count: buckets.all.count)
    statistics = Tensor(shape: [Self.statisticsCount(buckets)])
    statistics.clearPadding(of: buckets.batchStatistics, from: buckets.batchStatisticsRange.lowerBound)
    for statistic in Statistic.allCases { self[statistic] = 0 }
  }

  package static func statisticsCount(_ buckets: Buckets) -> Int {
    buckets.batchStatisticsRange.count + Statistic.allCases.count
  }

  /// The gradients of a bucket's parameters, laid out like their values.
  func gradients(of bucket: Int) -> Tensor {
    guard case .gradients(let gradients) = contents[bucket] else {
      preconditionFailure("gradients: bucket \(bucket) holds \(contents[bucket])")
    }
    return gradients
  }

  /// Where the gradients of a bucket's parameters come together.
  private func place(of bucket: Int) -> Tensor {
    guard case .nothing = contents[bucket] else { return gradients(of: bucket) }
    let (range, parameters) = (buckets.all[bucket].range, buckets.all[bucket].parameters)
    let gradients = Tensor(shape: [range.count])
    gradients.clearPadding(of: parameters, from: range.lowerBound)
    contents[bucket] = .gradients(gradients)
    return gradients
  }

  /// Gives a bucket's memory back, once no one else holds it.
  func letGo(_ bucket: Int) { contents[bucket] = .gone }

  /// A parameter's gradient, or what a batch statistic takes up.
  public func part(_ declaration: Parameters.Declaration) -> Tensor {
    guard declaration.role == .learned else {
      return statistics.part(declaration, from: buckets.batchStatisticsRange.lowerBound)
    }
    let bucket = buckets.index(of: declaration)
    return place(of: bucket).part(declaration, from: buckets.all[bucket].range.lowerBound)
  }

  subscript(statistic: Statistic) -> Float {
    get { statistics.buffer[buckets.batchStatisticsRange.count + statistic.rawValue] }
    set { statistics.buffer[buckets.batchStatisticsRange.count + statistic.rawValue] = newValue }
  }

  /// Notes what neighbouring lanes add to what every worker wants to know.
  func note(_ lanes: ArraySlice<LossParts.Lane>) {
    self[.loss] = lanes.map { Float($0.loss) }.treeSum
    self[.imageHits] = lanes.map { Float($0.imageHits) }.treeSum
    self[.textHits] = lanes.map { Float($0.textHits) }.treeSum
  }

  /// Adds another lane's gradients and statistics, all of whose buckets are here and there.
  func add(_ other: BucketedGradients) {
    for bucket in contents.indices { gradients(of: bucket).add(other.gradients(of: bucket)) }
    statistics.add(other.statistics)
  }

  /// Σ g² of all gradients, bucket by bucket: the square of their norm.
  var squares: Double {
    contents.indices.reduce(0) { $0 + gradients(of: $1).sumOfSquares(halvings: GradientNorms.halvings) }
  }

  /// A copy in one piece, laid out like the begin of the parameters' values.
  package var joined: Tensor {
    let joined = Tensor(shape: [buckets.batchStatisticsRange.upperBound])
    for (bucket, range) in buckets.ranges.enumerated() { joined.elements(range).set(gradients(of: bucket)) }
    joined.elements(buckets.batchStatisticsRange).set(statistics.elements(0..<buckets.batchStatisticsRange.count))
    return joined
  }
}

extension Tensor {
  /// The numbers of a parameter, the tensor's first one being number `origin` of the parameters' block.
  fileprivate func part(_ declaration: Parameters.Declaration, from origin: Int) -> Tensor {
    let begin = declaration.offset - origin
    return elements(begin..<begin + declaration.count).viewed(as: declaration.shape)
  }

  /// What lies between parameters is summed with them, so it must be zero.
  fileprivate func clearPadding(of parameters: [Parameters.Declaration], from origin: Int) {
    let begins = parameters.dropFirst().map { $0.offset - origin } + [count]
    for (declaration, begin) in zip(parameters, begins) {
      elements(declaration.offset - origin + declaration.count..<begin).fill(0)
    }
  }
}

extension [Float] {
  /// The sum by the binary tree that lanes are summed by. There is a power of two of them.
  var treeSum: Float {
    var sums = self
    while sums.count > 1 { sums = stride(from: 0, to: sums.count, by: 2).map { sums[$0] + sums[$0 + 1] } }
    return sums[0]
  }
}
