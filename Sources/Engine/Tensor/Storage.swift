/// One block of memory that tensors share; it goes back to the pool with the last of them.
final class Storage {
  let bytes: Int
  let pointer: UnsafeMutableRawPointer

  init(bytes: Int) {
    self.bytes = bytes
    pointer = Pool.shared.take(bytes)
    LiveBytes.change(by: Pool.rounded(bytes))
  }

  deinit {
    Pool.shared.give(pointer, bytes: bytes)
    LiveBytes.change(by: -Pool.rounded(bytes))
  }
}
