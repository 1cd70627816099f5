/// A 64-bit hash of a caption's tokens: equal captions have equal hashes, and others don't, but for one pair in 2⁶⁴.
public func contentHash(tokens: some Sequence<Int32>) -> UInt64 {
  var hash = WordHash()
  for token in tokens { hash.add(UInt64(UInt32(bitPattern: token))) }
  return hash.value
}

/// A 64-bit hash of a file's bytes: equal files have equal hashes, and others don't, but for one pair in 2⁶⁴.
public func contentHash(bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { contentHash(bytes: $0) } }

/// The same of bytes that lie elsewhere.
package func contentHash(bytes: UnsafeRawBufferPointer) -> UInt64 {
  var hash = WordHash()
  hash.add(UInt64(bytes.count))
  let whole = bytes.count / 8 * 8
  for at in stride(from: 0, to: whole, by: 8) {
    hash.add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
  }
  hash.add(bytes[whole...].reduce(0) { $0 << 8 | UInt64($1) })
  return hash.value
}

/// A 64-bit hash of several files' bytes, of each of which that it is there counts too.
func contentHash(parts: [[UInt8]?]) -> UInt64 {
  var hash = WordHash()
  for part in parts {
    hash.add(part == nil ? 0 : 1)
    if let part { hash.add(contentHash(bytes: part)) }
  }
  return hash.value
}

/// A 64-bit hash of a label; 0 for none.
func contentHash(label: String?) -> UInt64 { label.map { contentHash(bytes: Array($0.utf8)) } ?? 0 }

/// Folds words in one by one; each step is a bijection of the state, so no two words in one place give the same.
///
/// - Source: the multipliers and shifts of SplitMix64 (Steele, Lea, Flood 2014).
private struct WordHash {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    value ^= value >> 31
  }
}
