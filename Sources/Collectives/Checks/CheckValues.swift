/// Small integers that tell rank and index apart, whose sums are exact in any order.
func mark(_ rank: Int, _ i: Int) -> Float { Float((rank + 1) * 1000 + i % 997) }

/// The sum of `mark(rank, i)` over all ranks.
func markSum(_ size: Int, _ i: Int) -> Float { Float(size * (size + 1) / 2 * 1000 + size * (i % 997)) }

/// Values of both signs over 16 binary orders of magnitude: their sum depends on the order of addition.
///
/// - Source: the mixing step of Steele, Lea, Flood, “Fast splittable pseudorandom number generators”, 2014.
func rough(_ rank: Int, _ i: Int) -> Float {
  var z = (UInt64(rank) << 40 | UInt64(i)) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
  z ^= z >> 31
  let fraction = Float(Int32(truncatingIfNeeded: z))
  return fraction * Float(1 << (z >> 60))
}

/// Throws a `CheckFailure` that names the first element whose bits aren't the expected ones.
func expect(_ found: [Float], _ what: String, _ workers: any Communicator, _ expected: (Int) -> Float) throws {
  for i in found.indices where found[i].bitPattern != expected(i).bitPattern {
    throw CheckFailure(
      "\(what): element \(i) of \(found.count) on worker \(workers.rank) of \(workers.size) "
        + "is \(found[i]), expected \(expected(i))")
  }
}
