import Collectives
import Engine

/// One encoder's features of the whole batch as they come together: a pass's leave as soon as they are encoded, while
/// the next ones are being encoded.
struct FeatureGather {
  /// `[batch, width]`; complete once all that was posted is made.
  let all: Tensor
  private let plan: BatchPlan
  private let exchange: Exchange

  init(width: Int, plan: BatchPlan, exchange: Exchange) {
    all = Tensor(shape: [plan.batch, width])
    self.plan = plan
    self.exchange = exchange
  }

  /// Puts my n-th pass in its place and posts its exchange for everybody's n-th.
  func add(_ features: Tensor, pass n: Int) throws {
    let places = (0..<plan.workers).map { all.rows(plan.rows(ofPass: n, ofWorker: $0)).buffer }
    all.rows(plan.rows(ofPass: n, ofWorker: plan.rank)).set(features)
    try exchange.post(keeping: all) { workers in
      let mine = places[workers.rank]
      let received = UnsafeMutableBufferPointer<Float>.allocate(capacity: places.count * mine.count)
      defer { received.deallocate() }
      try workers.allGather(UnsafeBufferPointer(mine), into: received)
      for (worker, place) in places.enumerated() where worker != workers.rank {
        _ = place.update(fromContentsOf: received[worker * mine.count..<(worker + 1) * mine.count])
      }
    }
  }
}
