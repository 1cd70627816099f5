import Engine

/// Rows that lie one after another in several places, as in the files of a store.
public struct RowPieces {
  /// `[rows, width]` each, f32, none empty.
  public let pieces: [Tensor]
  public let width: Int
  /// The number of each piece's first row.
  public let starts: [Int]
  public let count: Int

  /// - Parameter pieces: `[rows, width]` each, f32, of one width; at least one, which may be mapped.
  public init(_ pieces: [Tensor]) {
    precondition(
      !pieces.isEmpty && pieces.allSatisfy { $0.width == pieces[0].width }, "row pieces: \(pieces.map(\.shape))")
    width = pieces[0].width
    self.pieces = pieces.filter { $0.rows > 0 }
    var (starts, count) = ([Int](), 0)
    for piece in self.pieces {
      starts.append(count)
      count += piece.rows
    }
    (self.starts, self.count) = (starts, count)
  }

  public init(_ rows: Tensor) { self.init([rows]) }

  /// Some of the rows, `[range.count, width]`: in place where one piece has them all, else copied.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows: \(range) of \(count)")
    guard !range.isEmpty else { return Tensor(shape: [0, width]) }
    let first = piece(of: range.lowerBound)
    if let own = part(first, range), own.count == range.count { return pieces[first].rows(own) }
    let copy = Tensor(shape: [range.count, width])
    var next = 0
    for number in first..<pieces.count {
      guard let own = part(number, range) else { break }
      copy.rows(next..<next + own.count).set(pieces[number].rows(own))
      next += own.count
    }
    return copy
  }

  /// Whether every number is finite.
  public var isFinite: Bool { pieces.allSatisfy(\.isFinite) }

  /// The product of a row with one of the queries.
  func product(_ queries: Tensor, _ query: Int, _ row: Int) -> Float {
    let number = piece(of: row)
    return dot(queries, query, pieces[number], row - starts[number])
  }

  /// The last piece that begins at the row or before it.
  private func piece(of row: Int) -> Int {
    var range = 0..<pieces.count
    while range.count > 1 {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = starts[middle] <= row ? middle..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// Which rows of a piece are among some; nil where none is.
  private func part(_ piece: Int, _ range: Range<Int>) -> Range<Int>? {
    let own = range.clamped(to: starts[piece]..<starts[piece] + pieces[piece].rows)
    return own.isEmpty ? nil : own.lowerBound - starts[piece]..<own.upperBound - starts[piece]
  }
}

extension RowPieces: SearchedRows {
  func block(_ range: Range<Int>) -> Tensor { rows(range) }

  func scores(_ range: Range<Int>, _ query: Tensor, into scores: Tensor) { rowScores(rows(range), query, into: scores) }
}
