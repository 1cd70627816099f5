import Engine
import Randomness
import TestSupport
import Testing

/// Products by panels, against sums in `Double`.
@Suite struct ProductTests {
  /// A factor: which of its two dimensions lies together, and how its numbers are stored.
  struct Factor: CustomStringConvertible {
    let rowsLieTogether: Bool
    let element: Element
    var description: String { "\(element)\(rowsLieTogether ? "" : " transposed")" }

    func matrix(_ rows: Int, _ columns: Int, seed: UInt64, stack: Int = 1) -> Matrix {
      var random = Philox(seed: seed, purpose: .data, sample: 0)
      let numbers = (0..<stack * rows * columns).map { _ in Float(random.uniform()) - 0.5 }
      let shape = rowsLieTogether ? [stack, rows, columns] : [stack, columns, rows]
      let stored = Matrix(stack: Tensor(shape: shape, numbers).converted(to: element))
      return rowsLieTogether ? stored : stored.transposed
    }
  }

  static let factors = [true, false].flatMap { rows in
    [Element.f32, .bf16].map { Factor(rowsLieTogether: rows, element: $0) }
  }

  /// Rows, inner steps and columns: single ones, those that no panel divides, and several blocks of each.
  static let sizes = [
    [1, 1, 1], [1, 3, 17], [7, 9, 16], [8, 64, 48], [13, 31, 65], [100, 800, 70], [250, 33, 1500], [6, 1600, 96],
  ]

  /// c and what is added to it, as `Double` makes them of what is stored.
  private func expected(_ a: Matrix, _ b: Matrix, _ matrix: Int = 0, also: (Int, Int) -> Double) -> [Float] {
    let (left, right) = (a.tensor.array, b.tensor.array)
    return (0..<a.shape[1]).flatMap { i in
      (0..<b.shape[2]).map { j in
        var sum = also(i, j)
        for k in 0..<a.shape[2] {
          sum +=
            Double(left[matrix * a.strides[0] + i * a.strides[1] + k * a.strides[2]])
            * Double(right[matrix * b.strides[0] + k * b.strides[1] + j * b.strides[2]])
        }
        return Float(sum)
      }
    }
  }

  @Test(arguments: sizes, [false, true])
  func `a product is the sum of its factors' products, however they lie and are stored`(size: [Int], inPairs: Bool) {
    let (rows, inner, columns) = (size[0], size[1], size[2])
    for left in Self.factors {
      for right in Self.factors where !inPairs || left.element == .bf16 && right.element == .bf16 {
        let a = left.matrix(rows, inner, seed: 1)
        let b = right.matrix(inner, columns, seed: 2)
        let c = Tensor(shape: [rows, columns], repeating: .nan)
        product(a, b, into: Matrix(c), inPairs: inPairs)
        expectClose(c.array, expected(a, b) { _, _ in 0 }, relative: 1e-5, because: "f32 sums: \(left) · \(right)")
        let rounded = Tensor(shape: [rows, columns], element: .bf16)
        product(a, b, into: Matrix(rounded), inPairs: inPairs)
        expectClose(rounded.array, c.array, relative: 0x1p-8, because: "one rounding to 8 bits: \(left) · \(right)")
      }
    }
  }

  @Test(arguments: sizes) func `bias, addend and what is there are added once`(size: [Int]) {
    let (rows, inner, columns) = (size[0], size[1], size[2])
    let plain = Factor(rowsLieTogether: true, element: .f32)
    let a = plain.matrix(rows, inner, seed: 1)
    let b = plain.matrix(inner, columns, seed: 2)
    let bias = Tensor(shape: [columns], (0..<columns).map { Float($0 % 7) })
    let plus = plain.matrix(rows, columns, seed: 3).tensor.viewed(as: [rows, columns])
    let added = plus.array
    let c = Tensor(shape: [rows, columns], repeating: 0.25)
    product(a, b, into: Matrix(c), adds: true, bias: bias, plus: plus)
    let sums = expected(a, b) { 0.25 + Double($1 % 7) + Double(added[$0 * columns + $1]) }
    expectClose(c.array, sums, relative: 1e-5, because: "f32 sums")
  }

  @Test func `each matrix of a stack is a product of its own`() {
    let left = Factor(rowsLieTogether: false, element: .f32)
    let right = Factor(rowsLieTogether: true, element: .f32)
    let a = left.matrix(5, 19, seed: 1, stack: 3)
    let b = right.matrix(19, 20, seed: 2, stack: 3)
    let c = Tensor(shape: [3, 5, 20])
    product(a, b, into: Matrix(stack: c))
    expectClose(
      c.array, (0..<3).flatMap { expected(a, b, $0) { _, _ in 0 } }, relative: 1e-5, because: "f32 sums")
  }

  @Test(arguments: factors, [1, 2, 3])
  func `a row's bits depend neither on the other rows nor on the number of threads`(factor: Factor, threads: Int) {
    let right = Factor(rowsLieTogether: false, element: factor.element)
    let all = factor.matrix(300, 900, seed: 1)
    let b = right.matrix(900, 200, seed: 2)
    func rows(_ count: Int) -> [Float] {
      let c = Tensor(shape: [count, 200], element: factor.element)
      product(all.part(rows: 0..<count), b, into: Matrix(c))
      return c.array
    }
    Threads.count = 1
    let whole = rows(300)
    Threads.count = threads
    defer { Threads.count = 1 }
    for count in [1, 2, 7, 64, 128, 299, 300] {
      #expect(rows(count) == Array(whole.prefix(count * 200)), "\(count) rows")
    }
  }
}

extension Matrix {
  /// Some rows, as they lie among the others.
  fileprivate func part(rows: Range<Int>) -> Matrix {
    Matrix(tensor: tensor, shape: [1, rows.count, shape[2]], strides: strides)
  }
}
