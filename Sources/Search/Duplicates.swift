import Engine
import Files
import Foundation
import Similarity

/// A row that is near to equal to another that stays, and so can be left out.
public struct DuplicateRow: Sendable, Equatable, Codable {
  public let key: String
  /// The nearest row's key.
  public let near: String
  /// The cosine with that row.
  public let cosine: Float
  /// Of the group that the row belongs to the key that stays; between two stores the nearest row's.
  public let stays: String
}

/// Rows that are near to equal within stored embeddings, or between two of them.
public struct Duplicates: Sendable {
  /// Rows to leave out, in their order: of each group all but its first, or all that are near to another store's.
  public let rows: [DuplicateRow]
  /// Groups of rows that are near to equal; between two stores the other's rows that some are near to.
  public let groups: Int
  /// The largest group's rows.
  public let largest: Int
  /// How many pairs reach the threshold.
  public let pairs: Int

  /// - Parameters:
  ///   - others: a store whose rows stay; nil: pairs within `stored`.
  ///   - threshold: the least cosine of rows that are near to equal.
  ///   - advanced: told how many rows are done.
  public init(
    _ stored: StoredRows, among others: StoredRows? = nil, reaching threshold: Float,
    advanced: (Int) -> Void = { _ in }
  ) {
    let found =
      others.map { NearDuplicates(of: stored.rows, among: $0.rows, reaching: threshold, advanced: advanced) }
      ?? NearDuplicates(of: stored.rows, reaching: threshold, advanced: advanced)
    let names = others?.keys ?? stored.keys
    var (rows, sizes) = ([DuplicateRow](), [Int: Int]())
    for (row, nearest) in found.nearest.enumerated() {
      guard let nearest else { continue }
      let group = others == nil ? found.groups[row] : nearest.column
      sizes[group, default: 0] += 1
      if others == nil, group == row { continue }
      rows.append(
        DuplicateRow(
          key: stored.keys[row], near: names[nearest.column], cosine: nearest.score, stays: names[group]))
    }
    (self.rows, groups, largest, pairs) = (rows, sizes.count, sizes.values.max() ?? 0, found.pairs)
  }

  /// Writes a line of JSON a row to leave out, which `data.exclude` reads.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines = Data()
    for row in rows { lines += try encoder.encode(row) + [10] }
    try AtomicFile.write(lines, to: path)
  }
}
