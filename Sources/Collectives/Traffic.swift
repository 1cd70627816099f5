/// What a communicator has carried, and how long it took, by kind of call.
///
/// Bytes are *logical*, 4 for each float of the whole vector that a call is about, whatever path the floats take:
///
///     allGather        size · n      what is gathered, n from each worker
///     reduceScatter    size · n      what is summed
///     allReduce        n             what is summed
///     treeReduce       n             what is summed; the exchanges within it do not count again
///     treeScatter      n             what is summed; likewise
///     treeGather       n             what is gathered; likewise
///     exchange         n             what this worker receives
///     broadcast        n             what every worker receives
///
/// So the numbers are the same on every worker (of exchanges of equal length), over threads and over MPI, and can be
/// computed before a run: a training step carries 2·B·D + 2·B floats by `allGather` and one reduction of the
/// parameters.
public struct Traffic: Sendable {
  /// The calls that are counted, under their names in metrics; `barrier` carries nothing.
  public enum Kind: String, CaseIterable, Sendable {
    case allGather = "all_gather"
    case reduceScatter = "reduce_scatter"
    case allReduce = "all_reduce"
    case treeReduce = "tree_reduce"
    case treeScatter = "tree_scatter"
    case treeGather = "tree_gather"
    case exchange, broadcast
  }

  /// What the calls of one kind came to.
  public struct Amount: Sendable {
    /// Logical bytes, as above.
    public var bytes = 0
    /// How long the calls took, waits for other workers included.
    public var seconds = 0.0
  }

  private var amounts: [Kind: Amount] = [:]

  /// Nothing carried yet.
  public init() {}

  /// What the calls of one kind have carried.
  public subscript(kind: Kind) -> Amount {
    get { amounts[kind] ?? Amount() }
    set { amounts[kind] = newValue }
  }

  /// Logical bytes of all kinds together.
  public var bytes: Int { amounts.values.reduce(0) { $0 + $1.bytes } }

  /// What both have carried together.
  public static func + (a: Traffic, b: Traffic) -> Traffic { combined(a, b) { ($0 + $1, $2 + $3) } }

  /// What has been carried since `b` was read.
  public static func - (a: Traffic, b: Traffic) -> Traffic { combined(a, b) { ($0 - $1, $2 - $3) } }

  private static func combined(
    _ a: Traffic, _ b: Traffic, _ body: (Int, Int, Double, Double) -> (Int, Double)
  ) -> Traffic {
    var sum = Traffic()
    for kind in Kind.allCases {
      let (bytes, seconds) = body(a[kind].bytes, b[kind].bytes, a[kind].seconds, b[kind].seconds)
      sum[kind] = Amount(bytes: bytes, seconds: seconds)
    }
    return sum
  }
}

/// Traffics are equal whose bytes are, kind by kind: seconds never are.
extension Traffic: Equatable {
  public static func == (a: Traffic, b: Traffic) -> Bool { Kind.allCases.allSatisfy { a[$0].bytes == b[$0].bytes } }
}

extension Communicator {
  /// Makes calls that the traffic leaves out: what workers tell each other for a report is no part of a step.
  package func uncounted<Result>(_ calls: () throws -> Result) rethrows -> Result {
    let before = traffic
    defer { traffic = before }
    return try calls()
  }

  /// Makes a call that is about so many floats, on the clock.
  func counting(
    _ kind: Traffic.Kind, _ floats: Int, _ call: () throws(CommunicationError) -> Void
  ) throws(CommunicationError) {
    let start = ContinuousClock.now
    defer {
      traffic[kind].bytes += floats * MemoryLayout<Float>.stride
      traffic[kind].seconds += seconds(since: start)
    }
    try call()
  }
}

/// Seconds of the wall clock since `start`.
func seconds(since start: ContinuousClock.Instant) -> Double {
  let duration = (ContinuousClock.now - start).components
  return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
}
