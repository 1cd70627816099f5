import Pairs

extension Picture {
  /// 64 bits of how the picture looks: of 9 × 8 grey values, whether each is brighter than its left neighbour. Resizing,
  /// recompressing and brightening change few of them or none.
  ///
  /// - Returns: nil for a picture of one grey value, which has no looks.
  /// - Source: “dHash”, N. Krawetz, “Kind of Like That”, 2013.
  func differenceHash() -> UInt64? {
    let small = resized(whole, width: 9, height: 8).pixels
    // ITU-R BT.601, in thousandths.
    let gray = stride(from: 0, to: small.count, by: 3).map { at in
      299 * Int(small[at]) + 587 * Int(small[at + 1]) + 114 * Int(small[at + 2])
    }
    guard gray.contains(where: { $0 != gray[0] }) else { return nil }
    var hash: UInt64 = 0
    for row in 0..<8 {
      for column in 0..<8 { hash = hash << 1 | (gray[9 * row + column] < gray[9 * row + column + 1] ? 1 : 0) }
    }
    return hash
  }
}

/// Sets of numbers that only grow together; a set is known by its least.
struct NumberSets {
  private var parents: [Int32]

  init(count: Int) { parents = Array(0..<Int32(count)) }

  mutating func least(with number: Int) -> Int {
    var number = number
    while Int(parents[number]) != number {
      parents[number] = parents[Int(parents[number])]
      number = Int(parents[number])
    }
    return number
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (least(with: a), least(with: b))
    parents[max(a, b)] = Int32(min(a, b))
  }
}

/// For each of the hashes a number that it shares with those like it: that differ in at most three bits, or are joined
/// by such.
///
/// Two that differ in three bits agree in one of four parts of 16: only those are compared.
func nearHashes(_ hashes: [UInt64]) -> [Int] {
  var numbers: [UInt64: Int] = [:]
  var distinct: [UInt64] = []
  for hash in hashes where numbers[hash] == nil {
    numbers[hash] = distinct.count
    distinct.append(hash)
  }
  let nearest = nearDistinctHashes(distinct)
  return hashes.map { nearest[numbers[$0]!] }
}

private func nearDistinctHashes(_ hashes: [UInt64]) -> [Int] {
  var sets = NumberSets(count: hashes.count)
  for part in 0..<4 {
    let shift = UInt64(16 * part)
    func word(_ number: Int) -> UInt64 { hashes[number] >> shift & 0xFFFF }
    let order = hashes.indices.sorted { (word($0), $0) < (word($1), $1) }
    var start = 0
    while start < order.count {
      let end = order[start...].firstIndex { word($0) != word(order[start]) } ?? order.count
      for a in start..<end {
        for b in a + 1..<max(end, a + 1) where (hashes[order[a]] ^ hashes[order[b]]).nonzeroBitCount <= 3 {
          sets.join(order[a], order[b])
        }
      }
      start = end
    }
  }
  return hashes.indices.map { sets.least(with: $0) }
}
