import Collectives
import Engine

/// The vectors of all workers, in rank order.
package func gathered(_ mine: Tensor, _ workers: any Communicator) throws -> Tensor {
  let all = Tensor(shape: [workers.size * (mine.shape.first ?? 1)] + mine.shape.dropFirst())
  try workers.allGather(UnsafeBufferPointer(mine.buffer), into: all.buffer)
  return all
}
