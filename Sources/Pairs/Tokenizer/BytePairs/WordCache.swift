import Foundation

/// Words already merged, by their bytes: an open hash table over two arenas, so that a hit allocates nothing.
///
/// A `[String: [Int32]]` would take two spellings of one accented letter for the same word.
struct WordCache {
  /// 16 bytes, so that a look-up misses the processor's caches once.
  private struct Slot {
    /// Other bits of the hash than those that chose the slot, so that few words are compared in vain.
    var tag: UInt32 = 0
    var word: UInt32 = 0
    var ids: UInt32 = 0
    /// 0 in a free slot.
    var wordCount: UInt16 = 0
    var idCount: UInt16 = 0
  }

  private static let limit = 1 << 16
  /// Longer ones are texts without spaces, which hardly come again.
  private static let longest = 64

  private var slots = [Slot](repeating: Slot(), count: 2 * limit)
  private var words: [UInt8] = []
  private var ids: [Int32] = []
  private var count = 0

  /// Appends the ids of `word` to `result`, asking `merge` for those not met before.
  mutating func append(
    _ word: UnsafeBufferPointer<UInt8>, to result: inout [Int32], merge: (UnsafeBufferPointer<UInt8>) -> [Int32]
  ) {
    guard word.count <= Self.longest else {
      result += merge(word)
      return
    }
    let hash = Self.hash(word)
    var at = find(word, hash)
    if slots[at].wordCount == 0 {
      let merged = merge(word)
      // Cleaning may write one character as several, none as so many.
      guard merged.count <= Int(UInt16.max) else {
        result += merged
        return
      }
      if count == Self.limit {
        self = WordCache()
        at = find(word, hash)
      }
      insert(word, merged, hash, at)
    }
    let start = Int(slots[at].ids)
    result.append(contentsOf: ids[start..<start + Int(slots[at].idCount)])
  }

  private mutating func insert(_ word: UnsafeBufferPointer<UInt8>, _ merged: [Int32], _ hash: UInt64, _ at: Int) {
    slots[at] = Slot(
      tag: Self.tag(hash), word: UInt32(words.count), ids: UInt32(ids.count), wordCount: UInt16(word.count),
      idCount: UInt16(merged.count))
    words.append(contentsOf: word)
    ids.append(contentsOf: merged)
    count += 1
  }

  /// The slot of `word`, or the free one where it belongs. Half of the slots are always free.
  private func find(_ word: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let tag = Self.tag(hash)
    var at = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
    while slots[at].wordCount != 0, slots[at].tag != tag || !holds(word, slots[at]) {
      at = (at + 1) & (slots.count - 1)
    }
    return at
  }

  private func holds(_ word: UnsafeBufferPointer<UInt8>, _ slot: Slot) -> Bool {
    guard Int(slot.wordCount) == word.count else { return false }
    return words.withUnsafeBufferPointer {
      memcmp($0.baseAddress! + Int(slot.word), word.baseAddress!, word.count) == 0
    }
  }

  private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

  /// Eight bytes at a time, each step a product of 128 bits with its halves folded, as in wyhash.
  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let bytes = UnsafeRawBufferPointer(word)
    var hash = UInt64(word.count)
    var at = 0
    while at + 8 <= bytes.count {
      hash = folded(hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    var rest: UInt64 = 0
    while at < bytes.count {
      rest = rest << 8 | UInt64(bytes[at])
      at += 1
    }
    return folded(hash ^ rest)
  }

  private static func folded(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }
}
