import Glibc
import Synchronization

/// Memory that a primitive needs only while it runs: one block for each worker that runs one, as large as the largest
/// asked.
///
/// Not the pool's: every primitive asks for another size, and blocks of all those sizes would lie idle.
enum Scratch {
  private struct Block {
    let bytes: Int
    let address: UInt
  }

  private static let idle = Mutex<[Block]>([])

  /// Runs `body` with a block of at least so many bytes, aligned to 64.
  static func with<Result>(bytes: Int, _ body: (UnsafeMutableRawPointer) -> Result) -> Result {
    Pool.current.scratch.max(bytes, ordering: .relaxed)
    let block = take(bytes)
    defer { idle.withLock { $0.append(block) } }
    guard let pointer = UnsafeMutableRawPointer(bitPattern: block.address) else { preconditionFailure("scratch: lost") }
    return body(pointer)
  }

  private static func take(_ bytes: Int) -> Block {
    if let block = idle.withLock({ $0.popLast() }) {
      if block.bytes >= bytes { return block }
      free(UnsafeMutableRawPointer(bitPattern: block.address))
    }
    return Block(bytes: bytes, address: UInt(bitPattern: Pool.allocate(bytes)))
  }
}
