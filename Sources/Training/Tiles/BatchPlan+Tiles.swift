extension BatchPlan {
  /// Sides of the loss's tiles: lanes, cut where they are longer than `tileSide`.
  public var tiles: [Range<Int>] {
    (0..<lanes).flatMap { lane in
      let rows = rows(ofLane: lane)
      return stride(from: rows.lowerBound, to: rows.upperBound, by: tileSide).map {
        $0..<min($0 + tileSide, rows.upperBound)
      }
    }
  }

  /// Calls `body` for every tile in my rows or my columns, in the order of the global grid.
  func eachTile(_ body: (_ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    let tiles = tiles
    for rows in tiles {
      for columns in tiles
      where myRows.contains(rows.lowerBound) || myRows.contains(columns.lowerBound) { body(rows, columns) }
    }
  }

  /// A tile's rows (or columns) counted among my rows; nil when they are another worker's.
  func mine(_ rows: Range<Int>) -> Range<Int>? {
    myRows.contains(rows.lowerBound) ? rows.shifted(by: -myRows.lowerBound) : nil
  }
}
