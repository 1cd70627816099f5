import CKernels
import Glibc
import Synchronization

/// Memory of tensors that are gone, kept for the next ones: a step of the same shapes takes nothing new from the
/// system, and steps whose shapes vary soon take nothing either.
///
/// Blocks have one of eight sizes an octave. A tensor takes an idle block of its size, or of the next larger one that has
/// any, up to twice as large. Where there is none, an idle block of at least half the size goes back to the system for
/// the new one. So there are no more blocks of about a size than tensors of about that size held them at once, and sizes
/// only grow, up to the largest asked for: whatever captions' lengths make of the shapes, this comes to an end.
final class Pool: Sendable {
  static let shared = Pool()

  /// The calling thread's: its own where `LiveBytes.asked` measures, else the one that all share.
  static var current: Pool {
    guard let own = ck_thread_pool() else { return shared }
    return Unmanaged<Pool>.fromOpaque(own).takeUnretainedValue()
  }

  /// Memory that is a tensor's or idle.
  struct Block {
    let pointer: UnsafeMutableRawPointer
    /// Which of the sizes it has.
    let sizeClass: Int
  }

  /// Idle blocks' addresses by size class.
  private let idle = Mutex<[[UInt]]>(Array(repeating: [], count: Int.bitWidth * classesInOctave))

  /// What a block for `bytes` holds at least.
  static func rounded(_ bytes: Int) -> Int {
    let least = max(bytes, 256)
    let grain = max(64, 1 << (octave(least) - 3))
    return (least + grain - 1) / grain * grain
  }

  private static let classesInOctave = 8

  private static func octave(_ size: Int) -> Int { Int.bitWidth - 1 - size.leadingZeroBitCount }

  /// The size class of a rounded size.
  private static func sizeClass(_ size: Int) -> Int {
    let octave = octave(size)
    return octave * classesInOctave + ((size - (1 << octave)) >> (octave - 3))
  }

  private static func size(ofClass sizeClass: Int) -> Int {
    let (octave, step) = sizeClass.quotientAndRemainder(dividingBy: classesInOctave)
    return (classesInOctave + step) << (octave - 3)
  }

  /// A block for `bytes`, whose numbers aren't set.
  func take(_ bytes: Int) -> Block {
    let size = Self.rounded(bytes)
    let wanted = Self.sizeClass(size)
    if let fitting = popIdle(wanted...wanted + Self.classesInOctave) { return fitting }
    if let outgrown = popIdle((wanted - Self.classesInOctave..<wanted).reversed()) {
      asked.subtract(Self.size(ofClass: outgrown.sizeClass), ordering: .relaxed)
      free(outgrown.pointer)
    }
    asked.add(size, ordering: .relaxed)
    return Block(pointer: Self.allocate(size), sizeClass: wanted)
  }

  /// An idle block of the first of these size classes that has any.
  private func popIdle(_ sizeClasses: some Sequence<Int>) -> Block? {
    let found = idle.withLock { idle in
      for sizeClass in sizeClasses { if let address = idle[sizeClass].popLast() { return (address, sizeClass) } }
      return (0, 0)
    }
    return UnsafeMutableRawPointer(bitPattern: found.0).map { Block(pointer: $0, sizeClass: found.1) }
  }

  /// Takes a block back that `take` gave.
  func give(_ block: Block) {
    idle.withLock { $0[block.sizeClass].append(UInt(bitPattern: block.pointer)) }
  }

  /// Bytes that are asked of the system and not given back.
  let asked = Atomic<Int>(0)
  /// The largest scratch block that a primitive has worked in.
  let scratch = Atomic<Int>(0)
  /// Primitives that were compiled for the pool's threads.
  let compiled = Atomic<Int>(0)

  deinit {
    for address in idle.withLock({ Array($0.joined()) }) { free(UnsafeMutableRawPointer(bitPattern: address)) }
  }

  /// Large blocks are aligned to, and asked for as, huge pages: fewer faults when they are first touched.
  static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    let huge = 2 << 20
    var block: UnsafeMutableRawPointer?
    let failed = posix_memalign(&block, size >= huge ? huge : 64, size)
    guard failed == 0, let block else { OutOfMemory.end(asked: size) }
    if size >= huge { madvise(block, size, MADV_HUGEPAGE) }
    return block
  }
}
