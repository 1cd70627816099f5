import Engine
import Testing

/// Rows of numbers between −1 and 1 from a linear congruence, with what is small among them.
private func rows(_ count: Int, width: Int) -> [Float] {
  var state: UInt64 = 7
  return (0..<count * width).map { number in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let x = Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    return number % 11 == 0 ? x * 1e-6 : x
  }
}

private func compact(_ rows: Tensor, _ form: CompactRows.Form) -> CompactRows {
  CompactRows(rows.rows, rows.width, as: form) { rows.rows($0) }
}

@Suite struct CompactRowsTests {
  @Test(arguments: [1, 3, 17, 512])
  func `halves are those that the processor rounds to`(width: Int) {
    var numbers = rows(5, width: width)
    numbers[0] = 65504
    if width > 3 { numbers.replaceSubrange(1..<4, with: [5.9604645e-8, 2.9e-8, -6.1035156e-5]) }
    let kept = compact(Tensor(shape: [5, width], numbers), .f16)
    let expected = numbers.map { Float(Float16($0)) }
    #expect(kept.widened(0..<5).array == expected)
    #expect(kept.widened(2..<4).array == Array(expected[2 * width..<4 * width]))
  }

  @Test(arguments: [1, 3, 17, 512])
  func `bytes are within half a step, and the error is the largest distance`(width: Int) {
    let numbers = rows(300, width: width)
    let kept = compact(Tensor(shape: [300, width], numbers), .int8)
    let numbersKept = kept.widened(0..<300).array
    var largest = 0.0
    for row in 0..<300 {
      let range = row * width..<(row + 1) * width
      let step = numbers[range].map(abs).max()! / 127
      #expect(range.allSatisfy { abs(numbers[$0] - numbersKept[$0]) <= step * 0.5001 })
      largest = max(
        largest,
        range.reduce(0.0) { $0 + Double(numbers[$1] - numbersKept[$1]) * Double(numbers[$1] - numbersKept[$1]) })
    }
    #expect(abs(Double(kept.error) - largest.squareRoot()) < 1e-6)
  }

  @Test(arguments: [CompactRows.Form.f16, .int8])
  func `scores are the products with what is kept`(form: CompactRows.Form) {
    let kept = compact(Tensor(shape: [20, 70], rows(20, width: 70)), form)
    let query = Tensor(shape: [1, 70], rows(1, width: 70).map { $0 / 6 })
    let scores = Tensor(shape: [9])
    kept.scores(5..<14, query, into: scores)
    let rowsKept = kept.widened(5..<14)
    for row in 0..<9 {
      let expected = zip(rowsKept.rows(row..<row + 1).array, query.array).reduce(0.0) {
        $0 + Double($1.0) * Double($1.1)
      }
      #expect(abs(Double(scores.array[row]) - expected) < 1e-6)
    }
  }

  @Test func `a row of zeros stays one`() {
    let kept = compact(Tensor(shape: [2, 4], [0, 0, 0, 0, 1, 0, 0, 0]), .int8)
    #expect(kept.widened(0..<2).array == [0, 0, 0, 0, 1, 0, 0, 0] && kept.error == 0)
  }
}
