/// How sequences lie in the rows of a matrix: one after another without gaps, each of a length of its own, none empty.
///
/// What goes row by row needs to know nothing of them; attention does, and what puts or picks a row of each.
public struct Sequences: Sendable, Equatable {
  /// The first row of each, and behind them the number of all rows, as kernels take them.
  let starts: [Int32]
  /// 1 for each whose last row is seen by no row of it, itself included; nil where there is none.
  let hides: [UInt8]?

  public init(lengths: [Int]) { self.init(lengths: lengths, hidingLast: []) }

  /// - Parameter hidingLast: of each whether attention sees its last row, which then only looks at the others.
  public init(lengths: [Int], hidingLast: [Bool]) {
    precondition(
      hidingLast.isEmpty || hidingLast.count == lengths.count && zip(lengths, hidingLast).allSatisfy { $0 > 1 || !$1 },
      "sequences: \(lengths) with hidden last rows \(hidingLast)")
    hides = hidingLast.contains(true) ? hidingLast.map { $0 ? 1 : 0 } : nil

    precondition(lengths.allSatisfy { $0 > 0 }, "sequences: an empty one among \(lengths)")
    var starts: [Int32] = [0]
    starts.reserveCapacity(lengths.count + 1)
    for length in lengths { starts.append(starts[starts.count - 1] + Int32(length)) }
    self.starts = starts
  }

  /// Those of a `[count, length, width]` tensor, which are equally long.
  public init(of x: Tensor) {
    precondition(x.shape.count == 3, "sequences: \(x.shape) isn't [count, length, width]")
    self.init(lengths: Array(repeating: x.shape[1], count: x.shape[0]))
  }

  public var count: Int { starts.count - 1 }
  /// Rows of all sequences.
  public var rows: Int { Int(starts[count]) }
  /// Which rows are a sequence's.
  public subscript(i: Int) -> Range<Int> { Int(starts[i])..<Int(starts[i + 1]) }
  public var firstRows: [Int] { (0..<count).map { self[$0].lowerBound } }
  public var lastRows: [Int] { (0..<count).map { self[$0].upperBound - 1 } }
  var longest: Int { (0..<count).reduce(0) { max($0, self[$1].count) } }
  /// Where in its sequence each row stands.
  var places: [Int32] { (0..<count).flatMap { 0..<Int32(self[$0].count) } }
}

// Work that is shared among threads: every sequence has `heads` pairs (sequence, head), sequence by sequence, and each
// pair takes about as long as its sequence is.
extension Sequences {
  /// Calls `body` on several threads with disjoint ranges of pairs that together are all, and take about equally long.
  package func shared(heads: Int = 1, _ body: (Range<Int>) -> Void) {
    // Fewer rows aren't worth a thread.
    inParallel(rows * heads, atLeast: 64) { part in
      let pairs = pairs(before: part.lowerBound, heads)..<pairs(before: part.upperBound, heads)
      if !pairs.isEmpty { body(pairs) }
    }
  }

  /// How many pairs begin before `place`, when every pair takes as many places as its sequence has rows.
  private func pairs(before place: Int, _ heads: Int) -> Int {
    let i = sequence(of: place / heads)
    guard i < count else { return count * heads }
    let rows = self[i]
    return i * heads + (place - rows.lowerBound * heads + rows.count - 1) / rows.count
  }

  /// Which sequence a row is of; `count` behind the last one.
  private func sequence(of row: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].upperBound <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
