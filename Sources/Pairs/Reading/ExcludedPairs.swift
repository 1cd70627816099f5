import Files
import Foundation

/// Pairs without those whose keys a list names, in their order.
struct ExcludedPairs: PairSource {
  private let source: any PairSource
  private let list: String
  /// The pairs that are left out, ascending.
  private let excluded: [Int]
  /// How many keys the list has, and how many of them name a pair.
  private let keys: (all: Int, found: Int)

  var count: Int { source.count - excluded.count }

  /// - Parameter list: a file of keys, a line each, or of lines of JSON with `"key"`, as `diagonal duplicates` writes.
  init(_ source: any PairSource, list: String) throws(ShardError) {
    let named = try ExclusionList(list).keys
    var (excluded, found) = ([Int](), Set<[UInt8]>())
    for index in 0..<source.count {
      let key = Array(source.location(of: index).key.utf8)
      if named.contains(key) {
        excluded.append(index)
        found.insert(key)
      }
    }
    guard excluded.count < source.count else {
      throw .noPairs(path: list, expected: "a list for data.exclude that leaves some", found: "all of them in it")
    }
    (self.source, self.list, self.excluded, keys) = (source, list, excluded, (named.count, found.count))
  }

  func pair(at index: Int) throws -> Pair { try source.pair(at: own(index)) }
  func pairWithoutImage(at index: Int) throws -> Pair { try source.pairWithoutImage(at: own(index)) }
  func location(of index: Int) -> PairLocation { source.location(of: own(index)) }

  var skipped: [SkippedSample] {
    let flaw = Flaw.excluded(pairs: excluded.count, of: source.count, keys: keys.found, named: keys.all)
    return source.skipped + [SkippedSample(flaw, at: PairLocation(key: "data.exclude", file: list))]
  }

  var shardRanges: [Range<Int>] {
    source.shardRanges.map { $0.lowerBound - before($0.lowerBound)..<$0.upperBound - before($0.upperBound) }
      .filter { !$0.isEmpty }
  }

  /// What is left out makes other data; the list's name, and keys of no pair, don't.
  func identify(to identity: DataIdentity) throws {
    try source.identify(to: identity)
    for index in excluded { identity.add("without \(index)") }
  }

  /// The same of a stretch.
  func identify(_ range: Range<Int>, to identity: DataIdentity) throws {
    guard !range.isEmpty else { return }
    let whole = own(range.lowerBound)..<own(range.upperBound - 1) + 1
    try source.identify(whole, to: identity)
    for index in excluded where whole.contains(index) { identity.add("without \(index - whole.lowerBound)") }
  }

  /// How many of those left out have a lower number in the source.
  private func before(_ number: Int) -> Int { firstPlace { excluded[$0] >= number } }

  /// The number in the source: as many more as there are left out before it.
  private func own(_ index: Int) -> Int {
    precondition(index >= 0 && index < count, "pairs: no index \(index) among \(count)")
    return index + firstPlace { excluded[$0] - $0 > index }
  }

  /// The first place from which on something holds, by halving.
  private func firstPlace(_ holds: (Int) -> Bool) -> Int {
    var range = 0..<excluded.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = holds(middle) ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }
}

/// The keys that a file lists.
private struct ExclusionList {
  /// As bytes: to Swift two spellings of one letter are equal, and two pairs may differ by them.
  let keys: Set<[UInt8]>

  init(_ path: String) throws(ShardError) {
    let text: String
    do { text = try decodedText(try ReadOnlyFile(path).readAll(), as: nil) } catch let error as FileError {
      if case .missing = error { throw .missing(path: path) }
      throw .unreadable(path: path, reason: error.reason)
    } catch { throw .unreadable(path: path, reason: "\(error)") }
    // A key may hold what Unicode calls a new line.
    let lines = text.unicodeScalars.split(separator: "\n").map { line in
      String(line.last == "\r" ? line.dropLast() : line)
    }.filter { !$0.isEmpty }
    guard path.lowercased().hasSuffix(".jsonl") else {
      keys = Set(lines.map { Array($0.utf8) })
      return
    }
    var keys = Set<[UInt8]>()
    for (number, line) in lines.enumerated() {
      guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line.utf8)) else {
        throw .format(
          path: path,
          advice: "has no \"key\" in line \(number + 1): data.exclude takes what `diagonal duplicates` wrote, "
            + "or a .txt of a key a line")
      }
      keys.insert(Array(entry.key.utf8))
    }
    self.keys = keys
  }

  private struct Entry: Decodable { let key: String }
}
