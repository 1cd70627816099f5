/// One block of memory that tensors share; it goes back to the pool, or to whose it is, with the last of them.
final class Storage {
  let bytes: Int
  let pointer: UnsafeMutableRawPointer
  /// Nil for memory that another owns.
  private let block: Pool.Block?
  private let pool: Pool
  private let owner: AnyObject?
  /// Whether it is on its worker's account of what tensors hold.
  private let isCounted: Bool

  /// - Parameter isCounted: false for what lives only while a product runs, as oneDNN's own scratch memory does.
  init(bytes: Int, isCounted: Bool = true) {
    self.bytes = bytes
    self.isCounted = isCounted
    pool = Pool.current
    let block = pool.take(bytes)
    (self.block, pointer, owner) = (block, block.pointer, nil)
    if isCounted { LiveBytes.change(by: Pool.rounded(bytes)) }
  }

  /// Memory that belongs to `owner`, which lives as long as this does. Nobody may write to it.
  init(_ pointer: UnsafeRawPointer, bytes: Int, of owner: AnyObject) {
    (self.bytes, self.owner, self.pointer) = (bytes, owner, UnsafeMutableRawPointer(mutating: pointer))
    (pool, block, isCounted) = (.current, nil, false)
  }

  deinit {
    if let block { pool.give(block) }
    if isCounted { LiveBytes.change(by: -Pool.rounded(bytes)) }
  }
}
