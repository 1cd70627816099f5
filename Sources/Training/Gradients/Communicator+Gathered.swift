import Collectives
import Engine

extension Communicator {
  /// The rows of all workers, in rank order.
  ///
  /// - Parameter mine: `[n, …]`, one shape on all workers.
  /// - Returns: `[size · n, …]`
  package func gathered(_ mine: Tensor) throws -> Tensor {
    let all = Tensor(shape: [size * (mine.shape.first ?? 1)] + mine.shape.dropFirst())
    try allGather(UnsafeBufferPointer(mine.buffer), into: all.buffer)
    return all
  }
}
