extension Tokenizer {
  /// Learns a vocabulary from captions: again and again the most frequent pair of neighbouring symbols becomes one.
  ///
  /// Merges depend on the captions and not on their order: of equally frequent pairs the one whose symbols came
  /// first wins. A pair seen once isn't worth an id, so few captions give fewer merges than asked for: read
  /// `vocabularySize`.
  ///
  /// - Parameter vocabularySize: 514 to 49,408, the two special ids included.
  public static func train(
    captions: some Sequence<String>, vocabularySize: Int
  ) throws(TokenizerError) -> Tokenizer {
    guard vocabularySize >= 514, vocabularySize <= 514 + Merges.limit else {
      throw .vocabularySize(asked: vocabularySize)
    }
    var learner = MergeLearner(words: wordCounts(captions))
    return try Tokenizer(merges: learner.learn(vocabularySize - 514))
  }

  private static func wordCounts(_ captions: some Sequence<String>) -> [[UInt8]: Int] {
    var counts: [[UInt8]: Int] = [:]
    for caption in captions {
      let cleaned = TextCleaning.lower(caption)
      cleaned.withUnsafeBufferPointer { bytes in
        var scanner = WordScanner(bytes)
        while let word = scanner.next() { counts[Array(bytes[word]), default: 0] += 1 }
      }
    }
    for special in WordScanner.specials { counts[special] = nil }
    return counts
  }
}

/// Byte-pair learning over counted words: counts of pairs are kept up to date rather than taken anew for each merge.
private struct MergeLearner {
  private struct Pair: Hashable {
    let left: Int32
    let right: Int32
  }

  private var words: [[Int32]]
  private let frequencies: [Int]
  private var counts: [Pair: Int] = [:]
  /// Words that held the pair when it was counted; some may hold it no longer.
  private var places: [Pair: [Int32]] = [:]
  private var queue = Heap<Candidate>()
  private var symbols: [String]
  private var taken: Set<String>

  /// A pair with the count it once had; stale ones are recognized when they come up.
  private struct Candidate: Comparable {
    let count: Int
    let pair: Pair

    static func < (a: Candidate, b: Candidate) -> Bool {
      (b.count, a.pair.left, a.pair.right) < (a.count, b.pair.left, b.pair.right)
    }
  }

  init(words counted: [[UInt8]: Int]) {
    let bytes = ByteSymbols.scalars.map { String($0) }
    symbols = bytes + bytes.map { $0 + ByteSymbols.endOfWord }
    taken = Set(symbols)
    words = counted.keys.map { word in
      var ids = word.map { ByteSymbols.ids[Int($0)] }
      ids[ids.count - 1] += 256
      return ids
    }
    frequencies = Array(counted.values)
    for at in words.indices { count(at, +1) }
    for (pair, count) in counts { queue.push(Candidate(count: count, pair: pair)) }
  }

  /// The lines of a merges file, at most `limit`.
  mutating func learn(_ limit: Int) -> [String] {
    var lines: [String] = []
    while lines.count < limit, let best = queue.pop(), best.count > 1 {
      guard counts[best.pair] == best.count else { continue }
      let (left, right) = (symbols[Int(best.pair.left)], symbols[Int(best.pair.right)])
      // Two ways to one symbol would give it two ids.
      guard taken.insert(left + right).inserted else { continue }
      symbols.append(left + right)
      lines.append("\(left) \(right)")
      join(best.pair, into: Int32(symbols.count - 1))
    }
    return lines
  }

  private mutating func join(_ pair: Pair, into symbol: Int32) {
    var changed: Set<Pair> = []
    for at in Set(places.removeValue(forKey: pair) ?? []).map({ Int($0) }) {
      changed.formUnion(pairs(at))
      count(at, -1)
      words[at] = joined(words[at], pair, symbol)
      count(at, +1)
      changed.formUnion(pairs(at))
    }
    for pair in changed {
      if let count = counts[pair], count > 0 { queue.push(Candidate(count: count, pair: pair)) }
    }
  }

  private func joined(_ word: [Int32], _ pair: Pair, _ symbol: Int32) -> [Int32] {
    var (result, at) = ([Int32](), 0)
    while at < word.count {
      let joins = at + 1 < word.count && word[at] == pair.left && word[at + 1] == pair.right
      result.append(joins ? symbol : word[at])
      at += joins ? 2 : 1
    }
    return result
  }

  private func pairs(_ at: Int) -> [Pair] {
    zip(words[at], words[at].dropFirst()).map { Pair(left: $0, right: $1) }
  }

  private mutating func count(_ at: Int, _ sign: Int) {
    for pair in pairs(at) {
      counts[pair, default: 0] += sign * frequencies[at]
      if sign > 0 { places[pair, default: []].append(Int32(at)) }
    }
  }
}

/// A binary heap, least first.
private struct Heap<Element: Comparable> {
  private var elements: [Element] = []

  mutating func push(_ element: Element) {
    elements.append(element)
    var at = elements.count - 1
    while at > 0, elements[at] < elements[(at - 1) / 2] {
      elements.swapAt(at, (at - 1) / 2)
      at = (at - 1) / 2
    }
  }

  mutating func pop() -> Element? {
    guard let least = elements.first else { return nil }
    let last = elements.removeLast()
    if elements.isEmpty { return least }
    elements[0] = last
    var at = 0
    while 2 * at + 1 < elements.count {
      var child = 2 * at + 1
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < elements[at] else { break }
      elements.swapAt(at, child)
      at = child
    }
    return least
  }
}
