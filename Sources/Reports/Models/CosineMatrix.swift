import Engine
import Evaluation
import Similarity

/// The cosines of pictures with captions: pictures down, captions across, pairs on the diagonal.
struct CosineMatrix {
  /// `[pictures][captions]`
  let rows: [[Float]]

  init(rows: [[Float]]) { self.rows = rows }

  init(_ encoders: Encoders, _ pairs: ExamplePairs, first count: Int) throws {
    let images = try encoders.images(pairs.pixels(first: count))
    let texts = try encoders.texts(Array(pairs.captions.prefix(count)))
    var rows = [[Float]](repeating: [], count: images.rows)
    RowProducts(images, texts).eachTile { tile in tile.eachRow { row, cosines in rows[row] += cosines } }
    self.rows = rows
  }

  /// The columns of a row, from the highest cosine.
  func best(inRow row: Int) -> [Int] { order(rows[row]) }
  func best(inColumn column: Int) -> [Int] { order(rows.map { $0[column] }) }

  private func order(_ cosines: [Float]) -> [Int] {
    cosines.indices.sorted { cosines[$0] == cosines[$1] ? $0 < $1 : cosines[$0] > cosines[$1] }
  }

  var hits: Int { rows.indices.count { best(inRow: $0).first == $0 } }

  /// Means of the diagonal and of all else.
  var means: (pairs: Double, others: Double) {
    let pairs = rows.indices.map { Double(rows[$0][$0]) }
    let others = rows.indices.flatMap { row in rows[row].indices.filter { $0 != row }.map { Double(rows[row][$0]) } }
    return (mean(pairs), mean(others))
  }
}
