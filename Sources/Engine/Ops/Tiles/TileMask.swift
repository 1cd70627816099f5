import CKernels

/// What each pair of a tile is, a byte each: whether it counts in its row, in its column, and whether it is a positive.
public struct TileMask {
  /// The tile's rows in the global batch.
  public let rows: Range<Int>
  /// The tile's columns in the global batch.
  public let columns: Range<Int>
  private let storage: Storage

  /// What a pair is to the loss.
  public struct Role: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// In the denominator of its row's softmax.
    public static let inRow = Role(rawValue: UInt8(CK_IN_ROW))
    /// In the denominator of its column's.
    public static let inColumn = Role(rawValue: UInt8(CK_IN_COLUMN))
    /// One whose text belongs to its picture.
    public static let positive = Role(rawValue: UInt8(CK_POSITIVE))
  }

  /// A mask in which all pairs are alike.
  ///
  /// - Parameters:
  ///   - rows, columns: the tile's, in the global batch.
  ///   - role: what each pair is, to begin with.
  public init(rows: Range<Int>, columns: Range<Int>, all role: Role) {
    self.rows = rows
    self.columns = columns
    storage = Storage(bytes: rows.count * columns.count)
    UnsafeMutableBufferPointer(start: pointer, count: rows.count * columns.count).update(repeating: role.rawValue)
  }

  var pointer: UnsafeMutablePointer<UInt8> { storage.pointer.assumingMemoryBound(to: UInt8.self) }

  /// The role of a pair, by its place in the global batch.
  public subscript(row: Int, column: Int) -> Role {
    get { Role(rawValue: pointer[at(row, column)]) }
    nonmutating set { pointer[at(row, column)] = newValue.rawValue }
  }

  private func at(_ row: Int, _ column: Int) -> Int {
    (row - rows.lowerBound) * columns.count + column - columns.lowerBound
  }

  /// Counts pairs in their rows, and in their columns, where the choice of that row or column says so.
  public func choose(inRows: KeyedChoice, inColumns: KeyedChoice) {
    inParallel(rows.count, atLeast: 16) { part in
      let mask = pointer + part.lowerBound * columns.count
      let first = rows.lowerBound + part.lowerBound
      inRows.withPointers(first) { keys, limits in
        ck.choose_in_rows(mask, keys, limits, columns.lowerBound, part.count, columns.count)
      }
      inColumns.withPointers(columns.lowerBound) { keys, limits in
        ck.choose_in_columns(mask, keys, limits, first, part.count, columns.count)
      }
    }
  }
}
