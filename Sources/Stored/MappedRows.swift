import Engine

/// Rows of a part by their numbers, in files that stay mapped: memory keeps those that are asked for.
package struct MappedRows {
  private let shards: [StoredShard]
  /// The first row of each file.
  private let starts: [Int]
  /// Numbers in a row.
  package let width: Int

  package init(_ store: EmbeddingStore, _ part: StoredPart) throws(StoredError) {
    shards = try store.shards(part)
    width = store.manifest.width(of: part)
    var (starts, count) = ([Int](), 0)
    for shard in shards {
      starts.append(count)
      count += shard.count
    }
    self.starts = starts
  }

  /// Some rows, widened to f32, `[numbers.count, width]`.
  package func rows(_ numbers: [Int]) -> Tensor {
    let rows = Tensor(shape: [numbers.count, width])
    for (place, number) in numbers.enumerated() { copy(number, into: rows.rows(place..<place + 1)) }
    return rows
  }

  /// Copies a row, widened to f32.
  ///
  /// - Parameter place: `[1, width]`
  package func copy(_ number: Int, into place: Tensor) {
    var (first, end) = (0, starts.count)
    // The last file that begins at the row or before: of files without rows the one behind them.
    while end - first > 1 {
      let middle = (first + end) / 2
      if starts[middle] <= number { first = middle } else { end = middle }
    }
    let row = number - starts[first]
    shards[first].copy(row..<row + 1, into: place)
  }
}
