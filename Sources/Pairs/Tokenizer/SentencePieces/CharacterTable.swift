/// sentencepiece's table of how characters are rewritten: a double array that leads from bytes to texts, then the texts, each
/// ended by a zero. The library follows whatever it says, so it is walked through before.
///
///     next = place ^ offset(unit at place ^ byte), where that unit's label is the byte
///
/// - Source: sentencepiece's `normalizer.cc`; Yata, Darts-clone.
struct CharacterTable {
  private let blob: [UInt8]
  /// Units of 4 bytes, which begin at the fifth.
  private let count: Int
  private var texts: ArraySlice<UInt8> { blob[(4 + 4 * count)...] }

  /// nil where the sizes are wrong.
  init?(_ blob: [UInt8]) {
    self.blob = blob
    guard blob.count > 4 else { return nil }
    let size = blob[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard size % 4 == 0, size > 0, 4 + size < blob.count else { return nil }
    count = size / 4
  }

  /// The library has room for so many texts that begin one another.
  private static let mostLeaves = 32

  /// Whether no text leads out of the table, nor by more leaves than there is room for.
  var isSound: Bool {
    guard texts.last == 0 else { return false }
    // The most leaves on a way to each place; one that more lead to is walked through again.
    var most = [Int](repeating: -1, count: count)
    var open = [(place: offset(unit(0)), leaves: 0)]
    while let (place, before) = open.popLast() {
      guard place | 0xFF < count else { return false }
      for byte in 0...0xFF {
        let unit = unit(place ^ byte)
        guard unit & 0x8000_00FF == UInt32(byte) else { continue }
        let next = place ^ byte ^ offset(unit)
        guard next < count, unit & 0x100 == 0 || Int(self.unit(next) & 0x7FFF_FFFF) < texts.count else { return false }
        let leaves = before + (unit & 0x100 == 0 ? 0 : 1)
        guard leaves <= Self.mostLeaves else { return false }
        if leaves > most[next] {
          most[next] = leaves
          open.append((next, leaves))
        }
      }
    }
    return true
  }

  private func unit(_ i: Int) -> UInt32 {
    let at = 4 + 4 * i
    return UInt32(blob[at]) | UInt32(blob[at + 1]) << 8 | UInt32(blob[at + 2]) << 16 | UInt32(blob[at + 3]) << 24
  }

  private func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 0x200) >> 6)) }
}
