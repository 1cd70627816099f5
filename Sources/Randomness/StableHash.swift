/// A 64-bit hash of a text that is the same in every process, which Swift's own is not.
///
/// - Source: Fowler, Noll, Vo, FNV-1a.
public func stableHash(_ text: String) -> UInt64 {
  text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
