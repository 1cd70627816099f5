import Engine
import Foundation
import TestSupport
import Testing

/// Attention at the sizes that tiles and blocks don't divide, against the formula in Double.
@Suite struct AttentionTests {
  struct Case: CustomTestStringConvertible {
    let lengths: [Int]
    let heads: Int
    let width: Int
    let causal: Bool
    /// Whether longer sequences hide their last rows.
    let hides: Bool

    init(_ lengths: [Int], _ heads: Int, _ width: Int, causal: Bool, hides: Bool = false) {
      (self.lengths, self.heads, self.width, self.causal, self.hides) = (lengths, heads, width, causal, hides)
    }

    var testDescription: String {
      "\(lengths), \(heads) heads of \(width)\(causal ? ", causal" : "")\(hides ? ", hiding last rows" : "")"
    }
    var sequences: Sequences { Sequences(lengths: lengths, hidingLast: lengths.map { hides && $0 > 1 }) }

    func packed(_ element: Element) -> Tensor { numbers(seed: 1, width: 3 * heads * width, element) }
    func dy(_ element: Element) -> Tensor { numbers(seed: 2, width: heads * width, element) }

    /// Multiples of 1/64 between −2 and 2, which bf16 holds exactly or nearly.
    private func numbers(seed: UInt64, width: Int, _ element: Element) -> Tensor {
      var state = seed &* 0x9E37_79B9_7F4A_7C15
      let values = (0..<sequences.rows * width).map { _ -> Float in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int(state >> 56) - 128) / 64
      }
      return Tensor(shape: [sequences.rows, width], values).converted(to: element)
    }
  }

  static let cases = [
    Case([1, 1], 2, 64, causal: false), Case([1, 1], 1, 64, causal: true), Case([21, 21], 2, 64, causal: true),
    Case([50], 2, 64, causal: false), Case([50], 3, 16, causal: true), Case([63, 63], 1, 32, causal: true),
    Case([65], 2, 80, causal: false), Case([77], 2, 64, causal: true), Case([129], 1, 20, causal: true),
    Case([127], 1, 24, causal: true), Case([197], 1, 64, causal: false), Case([18, 18], 2, 5, causal: true),
    Case([9, 77, 1, 12, 65], 2, 64, causal: true), Case([9, 70, 1, 12], 3, 20, causal: false),
    Case([2, 17, 33, 1, 77, 65, 16, 129], 2, 64, causal: true, hides: true),
    Case([2, 17, 33, 1, 77, 65, 16, 129], 2, 20, causal: false, hides: true),
    Case([63, 17, 2, 18], 2, 5, causal: true, hides: true),
  ]

  private func attend(_ x: Tensor, _ dy: Tensor, _ at: Case) throws -> (y: [Float], dx: [Float]) {
    let leaf = x.learning()
    let y = attention(leaf, at.sequences, heads: at.heads, causal: at.causal)
    try backward([(y, dy)])
    return (y.array, leaf.gradient?.value?.array ?? [])
  }

  @Test(arguments: cases) func `attention of any size agrees with the formula`(_ at: Case) throws {
    let (x, dy) = (at.packed(.f32), at.dy(.f32))
    let (found, expected) = (try attend(x, dy, at), plainAttention(x.array, dy.array, at))
    expectClose(found.y, expected.y, relative: 2e-6, because: "sums of up to 197 products in f32")
    expectClose(found.dx, expected.dx, relative: 5e-6, because: "sums of sums of up to 197 products in f32")
  }

  @Test(arguments: cases) func `attention of any size in bf16 agrees with the formula`(_ at: Case) throws {
    let (x, dy) = (at.packed(.bf16), at.dy(.bf16))
    let (found, expected) = (try attend(x, dy, at), plainAttention(x.array, dy.array, at))
    expectClose(found.y, expected.y, relative: 0x1p-6, because: "a few roundings to 8 bits")
    expectClose(found.dx, expected.dx, relative: 0x1p-6, because: "a few roundings to 8 bits")
  }

  @Test(arguments: [Element.f32, .bf16])
  func `attention has the same bits with any number of threads`(_ element: Element) throws {
    let at = Case([77, 8, 1, 50, 12, 77], 3, 64, causal: true)
    let before = Threads.count
    defer { Threads.count = before }
    let found = try [1, 2, 3].map { threads in
      Threads.count = threads
      return try attend(at.packed(element), at.dy(element), at)
    }
    for other in found.dropFirst() {
      #expect(other.y == found[0].y)
      #expect(other.dx == found[0].dx)
    }
  }

  @Test(arguments: [Element.f32, .bf16])
  func `a sequence has the same bits alone and among others`(_ element: Element) throws {
    let all = Case([70, 12, 77, 1, 33], 2, 64, causal: true)
    let (x, dy) = (all.packed(element), all.dy(element))
    let whole = try attend(x, dy, all)
    for (i, length) in all.lengths.enumerated() {
      let rows = all.sequences[i]
      let alone = try attend(x.rows(rows), dy.rows(rows), Case([length], 2, 64, causal: true))
      #expect(alone.y == Array(whole.y[rows.lowerBound * 128..<rows.upperBound * 128]), "\(length)")
      #expect(alone.dx == Array(whole.dx[rows.lowerBound * 384..<rows.upperBound * 384]), "\(length)")
    }
  }

  @Test func `scores of hundreds neither overflow nor lose the largest`() throws {
    let at = Case([9], 1, 4, causal: false)
    let x = Tensor(shape: [9, 12], at.packed(.f32).array.map { 6 * $0 })
    let dy = at.dy(.f32)
    let (found, expected) = (try attend(x, dy, at), plainAttention(x.array, dy.array, at))
    expectClose(found.y, expected.y, relative: 1e-4, because: "a score of 200 is off by 1e-5")
    expectClose(found.dx, expected.dx, relative: 1e-4, because: "a score of 200 is off by 1e-5")
  }
}

/// Attention and its gradient by the formula.
private func plainAttention(_ x: [Float], _ dy: [Float], _ at: AttentionTests.Case) -> (y: [Float], dx: [Float]) {
  let (width, part) = (at.width, at.heads * at.width)
  var (y, dx) = ([Double](repeating: 0, count: dy.count), [Double](repeating: 0, count: x.count))
  let scale = 1 / Double(width).squareRoot()
  for head in 0..<at.lengths.count * at.heads {
    let (rows, column) = (at.sequences[head / at.heads], head % at.heads * width)
    let length = rows.count
    func q(_ i: Int) -> Int { (rows.lowerBound + i) * 3 * part + column }
    func o(_ i: Int) -> Int { (rows.lowerBound + i) * part + column }
    for i in 0..<length {
      let keys = at.hides && length > 1 ? length - 1 : length
      let seen = min(keys, at.causal ? i + 1 : length)
      func dot(_ a: [Float], _ i: Int, _ j: Int) -> Double {
        (0..<width).reduce(0) { $0 + Double(a[i + $1]) * Double(x[j + $1]) }
      }
      let scores = (0..<seen).map { dot(x, q(i), q($0) + part) * scale }
      let powers = scores.map { exp($0 - scores.max()!) }
      let p = powers.map { $0 / powers.reduce(0, +) }
      let dp = (0..<seen).map { dot(dy, o(i), q($0) + 2 * part) }
      let along = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
      for j in 0..<seen {
        let ds = p[j] * (dp[j] - along) * scale
        for c in 0..<width {
          y[o(i) + c] += p[j] * Double(x[q(j) + 2 * part + c])
          dx[q(j) + 2 * part + c] += p[j] * Double(dy[o(i) + c])
          dx[q(i) + c] += ds * Double(x[q(j) + part + c])
          dx[q(j) + part + c] += ds * Double(x[q(i) + c])
        }
      }
    }
  }
  return (y.map(Float.init), dx.map(Float.init))
}
