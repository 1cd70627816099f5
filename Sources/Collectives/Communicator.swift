/// A group of workers, seen from one of them, and what they do together.
///
/// A call is made by all workers, in the same order, and returns on a worker once its own buffers are free to use
/// again. Sizes are counts of elements, taken from the buffers. Buffers of one call must not overlap; each may be
/// empty. Only sums travel: there is no mean.
///
/// One thread at a time uses a communicator. A second thread takes a `duplicate()`.
public protocol Communicator: AnyObject {
  /// This worker's number, in `0..<size`.
  var rank: Int { get }

  /// The number of workers.
  var size: Int { get }

  /// Whether a second thread may use a `duplicate()` while this communicator is in use.
  var takesThreads: Bool { get }

  /// What this communicator has carried; a duplicate counts apart. Assign `Traffic()` to count anew.
  var traffic: Traffic { get set }

  /// Concatenates the buffers of all workers, in rank order.
  ///
  /// - Parameters:
  ///   - mine: `[n]`, the same n on every worker.
  ///   - all: `[size · n]`.
  func allGather(
    _ mine: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError)

  /// Adds the buffers of all workers, and leaves each worker the part of the sum that belongs to its rank.
  ///
  /// - Parameters:
  ///   - all: `[size · n]`.
  ///   - mine: `[n]`, elements `rank · n ..< (rank + 1) · n` of the sum.
  func reduceScatter(
    _ all: UnsafeBufferPointer<Float>, into mine: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError)

  /// Adds the buffers of all workers, in place, in whatever order is fastest. All workers receive the same bits, but
  /// another number of workers may give others: see `treeReduce`.
  func allReduce(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicationError)

  /// Sends `mine` to `partner` and receives what `partner` sends in the same call. No other worker takes part.
  ///
  /// - Parameter theirs: as long as the partner's `mine`, which may differ from the length of mine.
  func exchange(
    _ mine: UnsafeBufferPointer<Float>, with partner: Int, into theirs: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError)

  /// Replaces the values of every worker by those of `root`.
  func broadcast(_ values: UnsafeMutableBufferPointer<Float>, from root: Int) throws(CommunicationError)

  /// Returns once every worker has called it.
  func barrier() throws(CommunicationError)

  /// Another communicator over the same workers, whose messages never mix with this one's. Called by all workers.
  func duplicate() throws(CommunicationError) -> any Communicator

  /// Brings every worker down, for a worker that can't go on and would be waited for for ever.
  ///
  /// In one process, waiting and later calls of all workers throw `CommunicationError.aborted`. Over MPI the reason is
  /// printed on standard error and all processes end with exit code 1.
  func abort(_ reason: String)
}
