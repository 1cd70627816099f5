/// Words already merged, by their bytes: an open hash table over two arenas, so that a hit allocates nothing.
///
/// A `[String: [Int32]]` would take two spellings of one accented letter for the same word.
struct WordCache {
  private struct Slot {
    var word = 0..<0
    var ids = 0..<0
  }

  private static let limit = 1 << 16

  private var slots = [Slot](repeating: Slot(), count: 2 * limit)
  private var words: [UInt8] = []
  private var ids: [Int32] = []
  private var count = 0

  /// Appends the ids of `word` to `result`, asking `merge` for those not met before.
  mutating func append(
    _ word: UnsafeBufferPointer<UInt8>, to result: inout [Int32], merge: (UnsafeBufferPointer<UInt8>) -> [Int32]
  ) {
    var at = find(word)
    if slots[at].word.isEmpty {
      if count == Self.limit {
        self = WordCache()
        at = find(word)
      }
      insert(word, merge(word), at)
    }
    result.append(contentsOf: ids[slots[at].ids])
  }

  private mutating func insert(_ word: UnsafeBufferPointer<UInt8>, _ merged: [Int32], _ at: Int) {
    slots[at] = Slot(word: words.count..<words.count + word.count, ids: ids.count..<ids.count + merged.count)
    words.append(contentsOf: word)
    ids.append(contentsOf: merged)
    count += 1
  }

  /// The slot of `word`, or the free one where it belongs. Half of the slots are always free.
  private func find(_ word: UnsafeBufferPointer<UInt8>) -> Int {
    var at = Int(truncatingIfNeeded: Self.hash(word) & UInt64(slots.count - 1))
    while !slots[at].word.isEmpty, !holds(word, at) { at = (at + 1) & (slots.count - 1) }
    return at
  }

  private func holds(_ word: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
    let stored = slots[at].word
    guard stored.count == word.count else { return false }
    for i in 0..<word.count where words[stored.lowerBound + i] != word[i] { return false }
    return true
  }

  /// FNV-1a, its high half folded in, since the table takes the low bits.
  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash ^ hash >> 32
  }
}
