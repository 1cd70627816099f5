import CKernels
import Glibc
import Synchronization

/// Memory of tensors that are gone, kept for the next ones: a step of the same shapes takes nothing new from the
/// system.
///
/// Blocks are cached by size, rounded up to one of eight sizes an octave so that captions of other lengths find one
/// too.
final class Pool: Sendable {
  static let shared = Pool()

  /// The calling thread's: its own where `LiveBytes.asked` measures, else the one that all share.
  static var current: Pool {
    guard let own = ck_thread_pool() else { return shared }
    return Unmanaged<Pool>.fromOpaque(own).takeUnretainedValue()
  }

  /// Free blocks' addresses by size.
  private let free = Mutex<[Int: [UInt]]>([:])

  /// What a block for `bytes` really holds.
  static func rounded(_ bytes: Int) -> Int {
    let least = max(bytes, 256)
    let grain = max(64, 1 << (Int.bitWidth - 1 - least.leadingZeroBitCount - 3))
    return (least + grain - 1) / grain * grain
  }

  /// A block for `bytes`, whose numbers aren't set.
  func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    let size = Self.rounded(bytes)
    if let address = free.withLock({ $0[size]?.popLast() }), let block = UnsafeMutableRawPointer(bitPattern: address) {
      return block
    }
    asked.add(size, ordering: .relaxed)
    return Self.allocate(size)
  }

  /// Takes a block back that `take(bytes)` gave.
  func give(_ block: UnsafeMutableRawPointer, bytes: Int) {
    let address = UInt(bitPattern: block)
    free.withLock { $0[Self.rounded(bytes), default: []].append(address) }
  }

  /// Bytes that have been asked of the system.
  let asked = Atomic<Int>(0)
  /// The largest scratch block that a primitive has worked in.
  let scratch = Atomic<Int>(0)

  deinit {
    for address in free.withLock({ Array($0.values.joined()) }) {
      Glibc.free(UnsafeMutableRawPointer(bitPattern: address))
    }
  }

  /// Large blocks are aligned to, and asked for as, huge pages: fewer faults when they are first touched.
  static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    let huge = 2 << 20
    var block: UnsafeMutableRawPointer?
    let failed = posix_memalign(&block, size >= huge ? huge : 64, size)
    guard failed == 0, let block else { preconditionFailure("pool: no memory for \(size) bytes") }
    if size >= huge { madvise(block, size, MADV_HUGEPAGE) }
    return block
  }
}
