/// A vocabulary's merges: which two neighbouring symbols become one, and which first.
struct Merges: Sendable {
  /// OpenCLIP reads no more than these, `merges[1:49152-256-2+1]`.
  static let limit = 49_152 - 256 - 2

  /// One merge a line, its two symbols parted by a space. An empty line takes an id too, as it does in OpenCLIP.
  let lines: [String]

  /// 256 bytes, 256 at a word's end, one for each line.
  let symbols: [String]

  private let ranks: PairRanks
  private let merged: [Int32]

  /// - Throws: `TokenizerError.malformed` where a line isn't two symbols.
  init(lines: [String]) throws(TokenizerError) {
    self.lines = lines
    let bytes = ByteSymbols.scalars.map { String($0) }
    var symbols = bytes + bytes.map { $0 + ByteSymbols.endOfWord }
    let pairs = try lines.enumerated().map { at, line throws(TokenizerError) in try Self.pair(line, at + 2) }
    for pair in pairs { symbols.append(pair.map { $0.left + $0.right } ?? "") }
    // The last of equal symbols has the id, as in OpenCLIP.
    let ids = Dictionary(zip(symbols, 0...), uniquingKeysWith: { _, last in Int32(last) })

    var ranks = PairRanks(capacity: lines.count)
    for (rank, pair) in pairs.enumerated() {
      guard let pair, let left = ids[pair.left], let right = ids[pair.right] else { continue }
      ranks.set(left, right, Int32(rank))
    }
    self.symbols = symbols
    self.ranks = ranks
    merged = symbols[512...].map { ids[$0]! }
  }

  private static func pair(_ line: String, _ number: Int) throws(TokenizerError) -> (left: String, right: String)? {
    let parts = line.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
    if parts.isEmpty { return nil }
    guard parts.count == 2 else { throw .malformed(line: number, text: line) }
    return (String(Substring(parts[0])), String(Substring(parts[1])))
  }

  /// Merges a word's symbols, always the earliest-learned pair first and all its occurrences from left to right.
  func apply(to word: UnsafeBufferPointer<UInt8>) -> [Int32] {
    var ids = word.map { ByteSymbols.ids[Int($0)] }
    ids[ids.count - 1] += 256
    var ranks = (0..<ids.count - 1).map { self.ranks.rank(ids[$0], ids[$0 + 1]) }
    while let best = ranks.min(), best != .max {
      let first = ranks.firstIndex(of: best)!
      if ranks[(first + 1)...].contains(best) {
        mergeAll(&ids, &ranks, best)
      } else {
        merge(&ids, &ranks, first)
      }
    }
    return ids
  }

  /// Merges the pair that starts at `at`, the only one of its rank.
  private func merge(_ ids: inout [Int32], _ ranks: inout [Int32], _ at: Int) {
    ids[at] = merged[Int(ranks[at])]
    ids.remove(at: at + 1)
    ranks.remove(at: at)
    if at > 0 { ranks[at - 1] = self.ranks.rank(ids[at - 1], ids[at]) }
    if at < ranks.count { ranks[at] = self.ranks.rank(ids[at], ids[at + 1]) }
  }

  /// `ranks[i]` is the rank of the pair that starts at i; only those beside a merge are looked up anew.
  private func mergeAll(_ ids: inout [Int32], _ ranks: inout [Int32], _ best: Int32) {
    var (read, write) = (0, 0)
    var stale = [Int]()
    while read < ids.count {
      let joins = read < ranks.count && ranks[read] == best
      ids[write] = joins ? merged[Int(best)] : ids[read]
      let last = joins ? read + 1 : read
      if joins { stale += write > 0 && stale.last != write - 1 ? [write - 1, write] : [write] }
      if last < ranks.count { ranks[write] = ranks[last] }
      read = last + 1
      write += 1
    }
    ids.removeLast(ids.count - write)
    ranks.removeLast(ranks.count - (write - 1))
    for at in stale where at < ranks.count { ranks[at] = self.ranks.rank(ids[at], ids[at + 1]) }
  }
}
