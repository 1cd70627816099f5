import Similarity
import Testing

@Test(arguments: [(1, 1), (1, 513), (512, 512), (700, 1025), (0, 3), (3, 0)])
func `tiles cover every product once, columns of a row in order`(rows: Int, columns: Int) {
  var random = RandomRows()
  let (x, y) = (random.next(rows), random.next(columns))
  var found = x.map { _ in [Float]() }
  RowProducts(tensor(x), tensor(y)).eachTile { tile in
    #expect(tile.rows.count <= RowProducts.tileSide && tile.columns.count <= RowProducts.tileSide)
    tile.eachRow { row, products in
      #expect(found[row].count == tile.columns.lowerBound && products.count == tile.columns.count)
      found[row] += products
    }
  }
  let wrong = x.indices.filter { row in found[row] != y.map { product(x[row], $0) } }
  #expect(wrong.isEmpty, "rows \(wrong.prefix(5)) …")
}
