import Collectives
import Engine

/// AdamW's moments of some ranges of the parameter block, one after the other: all of it, or a worker's share.
struct Moments {
  /// What of the block the moments belong to, by bucket.
  let ranges: [Range<Int>]
  /// Where each range's moments begin.
  private let places: [Int]
  private let moments: (first: Tensor, second: Tensor)

  init(of ranges: [Range<Int>]) {
    self.ranges = ranges
    var count = 0
    places = ranges.map { range in
      defer { count += range.count }
      return count
    }
    moments = (Tensor(shape: [count], repeating: 0), Tensor(shape: [count], repeating: 0))
  }

  /// The first moment of `range`, a part of the bucket's.
  func first(_ range: Range<Int>, of bucket: Int) -> Tensor { moments.first.elements(place(of: range, in: bucket)) }

  func second(_ range: Range<Int>, of bucket: Int) -> Tensor { moments.second.elements(place(of: range, in: bucket)) }

  private func place(of range: Range<Int>, in bucket: Int) -> Range<Int> {
    range.shifted(by: places[bucket] - ranges[bucket].lowerBound)
  }

  /// Both moments of the whole block, on worker 0; nil on the others, which send it their shares.
  func whole(_ buckets: Buckets, _ exchange: Exchange?) throws -> (first: Tensor, second: Tensor)? {
    guard let exchange, exchange.shardsOptimizer else { return moments }
    let first = try gathered(moments.first, buckets, exchange)
    let second = try gathered(moments.second, buckets, exchange)
    return first.flatMap { first in second.map { (first, $0) } }
  }

  private func gathered(_ moment: Tensor, _ buckets: Buckets, _ exchange: Exchange) throws -> Tensor? {
    let whole = exchange.workers.rank == 0 ? Tensor(shape: [buckets.ranges.last?.upperBound ?? 0]) : nil
    for (bucket, range) in buckets.ranges.enumerated() {
      let values = whole?.elements(range) ?? Tensor(shape: [range.count])
      let mine = ranges[bucket]
      values.elements(mine.shifted(by: -range.lowerBound)).set(moment.elements(place(of: mine, in: bucket)))
      try exchange.reduction.gather(values.buffer, exchange.workers)
    }
    return whole
  }

  /// Sets what is here from both moments of the whole block.
  func set(_ first: Tensor, _ second: Tensor) {
    for (bucket, range) in ranges.enumerated() {
      self.first(range, of: bucket).set(first.elements(range))
      self.second(range, of: bucket).set(second.elements(range))
    }
  }
}
