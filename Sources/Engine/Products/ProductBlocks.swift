/// How a product is cut up for the caches.
struct ProductBlocks {
  let steps: [Range<Int>]
  let columns: [Range<Int>]
  let rows: [Range<Int>]
  /// What b's panels of one block take, in f32 units.
  let floatsOfB: Int
  /// What both take.
  let floats: Int

  /// - Parameter keepsSums: whether c holds sums unrounded from one block of steps to the next; else there is only one.
  init(_ rows: Range<Int>, _ columns: Range<Int>, inner: Int, keepsSums: Bool) {
    // With 384 steps a tile's own loads and stores don't count.
    let depth = Self.evenly(inner, atMost: keepsSums ? 384 : inner, unit: 2)
    // A block of b's stays in the second cache while all rows of a go by, and a panel of a's in the first while b's block does.
    let across = Self.evenly(columns.count, atMost: PanelSizes.block / depth, unit: PanelSizes.columns)
    let down = Self.evenly(rows.count, atMost: (1 << 15) / depth, unit: PanelSizes.rows)
    steps = Self.cut(0..<inner, depth)
    self.columns = Self.cut(columns, across)
    self.rows = Self.cut(rows, down)
    floatsOfB = across * depth
    floats = floatsOfB + down * depth
  }

  /// The length of a part, a multiple of `unit`, where so many are cut into parts of about equal length.
  private static func evenly(_ count: Int, atMost most: Int, unit: Int) -> Int {
    let most = max(unit, most)
    let parts = max(1, (count + most - 1) / most)
    return max(1, (count + parts * unit - 1) / (parts * unit)) * unit
  }

  private static func cut(_ range: Range<Int>, _ length: Int) -> [Range<Int>] {
    stride(from: range.lowerBound, to: range.upperBound, by: length).map {
      $0..<min($0 + length, range.upperBound)
    }
  }
}
