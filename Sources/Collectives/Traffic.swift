/// Bytes that a communicator has carried, by kind of call.
///
/// These are *logical bytes*, 4 for each float of the whole vector that a call is about, whatever path the floats take:
///
///     allGather        size · n      what is gathered, n from each worker
///     reduceScatter    size · n      what is summed
///     allReduce        n             what is summed
///     treeReduce       n             what is summed; the exchanges within it do not count again
///     exchange         n             what this worker receives
///     broadcast        n             what every worker receives
///
/// So the numbers are the same on every worker (of exchanges of equal length), over threads and over MPI, and can be
/// computed before a run: a training step carries 2·B·D + 2·B floats by `allGather` and one reduction of the parameters.
public struct Traffic: Equatable, Sendable {
  public var allGather = 0
  public var reduceScatter = 0
  public var allReduce = 0
  public var treeReduce = 0
  public var exchange = 0
  public var broadcast = 0

  public init() {}

  /// All kinds together.
  public var bytes: Int { allGather + reduceScatter + allReduce + treeReduce + exchange + broadcast }

  public static func + (a: Traffic, b: Traffic) -> Traffic {
    var sum = a
    sum.allGather += b.allGather
    sum.reduceScatter += b.reduceScatter
    sum.allReduce += b.allReduce
    sum.treeReduce += b.treeReduce
    sum.exchange += b.exchange
    sum.broadcast += b.broadcast
    return sum
  }
}

func bytes(_ floats: Int) -> Int { floats * MemoryLayout<Float>.stride }
