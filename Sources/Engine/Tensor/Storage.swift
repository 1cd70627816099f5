/// One block of memory that tensors share; it goes back to the pool with the last of them.
final class Storage {
  let bytes: Int
  private let block: Pool.Block
  private let pool: Pool
  /// Whether it is on its worker's account of what tensors hold.
  private let isCounted: Bool

  /// - Parameter isCounted: false for what lives only while a product runs, as oneDNN's own scratch memory does.
  init(bytes: Int, isCounted: Bool = true) {
    self.bytes = bytes
    self.isCounted = isCounted
    pool = Pool.current
    block = pool.take(bytes)
    if isCounted { LiveBytes.change(by: Pool.rounded(bytes)) }
  }

  var pointer: UnsafeMutableRawPointer { block.pointer }

  deinit {
    pool.give(block)
    if isCounted { LiveBytes.change(by: -Pool.rounded(bytes)) }
  }
}
