import Engine

/// The products of all rows of one matrix with all rows of another, tile by tile: the whole is never held.
///
///     S = X Yᵀ
///
/// Of unit rows these are cosines.
public struct RowProducts {
  private let x: Tensor
  private let y: Tensor

  /// 512 × 512 products and two strips of rows of width 512 are 3 MiB, which a core's caches still serve.
  package static let tileSide = 512

  /// - Parameters:
  ///   - x: `[rows, width]`
  ///   - y: `[columns, width]`
  public init(_ x: Tensor, _ y: Tensor) {
    precondition(x.width == y.width, "row products: \(x.shape) with \(y.shape)")
    (self.x, self.y) = (x, y)
  }

  /// Products of some rows of X with some rows of Y.
  public struct Tile {
    /// Where the tile lies in the whole matrix.
    public let rows: Range<Int>
    public let columns: Range<Int>
    /// `[rows.count, columns.count]`
    let products: Tensor

    /// Calls `body` for every row of the tile, which is counted in the whole matrix, with its products with `columns`.
    public func eachRow(_ body: (_ row: Int, _ products: UnsafeBufferPointer<Float>) -> Void) {
      withExtendedLifetime(products) {
        for (i, row) in rows.enumerated() { body(row, UnsafeBufferPointer(products.rows(i..<i + 1).buffer)) }
      }
    }
  }

  /// Calls `body` for every tile. A row meets its columns in ascending order.
  public func eachTile(_ body: (Tile) -> Void) {
    for rows in Self.sides(x.rows) {
      for columns in Self.sides(y.rows) {
        body(Tile(rows: rows, columns: columns, products: linear(x.rows(rows), y.rows(columns))))
      }
    }
  }

  private static func sides(_ count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: tileSide).map { $0..<min(count, $0 + tileSide) }
  }
}
