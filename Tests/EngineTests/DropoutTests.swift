import Engine
import Foundation
import TestSupport
import Testing

/// What is left out at random, by sample and place.
@Suite struct DropoutTests {
  private let sequences = Sequences(lengths: [5, 1, 9])
  private var keys: [SampleKey] { (0..<3).map { SampleKey(seed: 7, epoch: 1, sample: 10 + $0) } }
  private func dropout(_ share: Float = 0.25, site: Int = 3) -> Dropout {
    Dropout(samples: keys, share: share, site: site)
  }

  private func numbers(_ width: Int) -> Tensor {
    Tensor(shape: [15, width], (0..<15 * width).map { Float(($0 * 37) % 64 - 32) / 16 })
  }

  @Test func `a share of the numbers is 0, the others are scaled, and the gradient goes the same way`() throws {
    let (x, residual) = (Tensor(shape: [15, 64], repeating: 1), numbers(64))
    let leaves = (x.learning(), residual.learning())
    let y = dropped(leaves.0, sequences, dropout(), plus: leaves.1)
    let parts = zip(y.array, residual.array).map { $0 - $1 }
    let lost = parts.count { abs($0) < 1e-6 }
    #expect(parts.allSatisfy { abs($0) < 1e-6 || abs($0 - 4 / 3) < 1e-6 })
    // 960 numbers: a deviation of 13.
    #expect(abs(lost - 240) < 60)
    try backward([(y, numbers(64))])
    let dx = try #require(leaves.0.gradient?.value?.array)
    for (i, dy) in numbers(64).array.enumerated() { #expect(abs(dx[i] - dy * parts[i]) < 1e-5) }
    #expect(leaves.1.gradient?.value?.array == numbers(64).array)
  }

  @Test func `what is left out depends on sample and place alone`() {
    let x = Tensor(shape: [15, 64], repeating: 1)
    let all = dropped(x, sequences, dropout()).array
    #expect(dropped(x, sequences, dropout()).array == all)
    #expect(dropped(x, sequences, dropout(site: 4)).array != all)
    // The third sequence alone.
    let alone = Dropout(samples: [keys[2]], share: 0.25, site: 3)
    let rows = dropped(x.rows(6..<15), Sequences(lengths: [9]), alone).array
    #expect(rows == Array(all[6 * 64..<15 * 64]))
    let before = Threads.count
    defer { Threads.count = before }
    for threads in [1, 3] {
      Threads.count = threads
      #expect(dropped(x, sequences, dropout()).array == all)
    }
  }

  @Test func `with nothing left out attention is attention`() throws {
    let (packed, dy) = (numbers(3 * 24), numbers(24))
    let (mine, plain) = (packed.learning(), packed.learning())
    // So small a share that no word of 32 bits is below it.
    let y = droppedAttention(mine, sequences, heads: 2, dropout(1e-12))
    let expected = attention(plain, sequences, heads: 2, causal: false)
    expectClose(y.array, expected.array, relative: 1e-5, because: "f32 sums in another order")
    try backward([(y, dy), (expected, dy)])
    expectClose(
      mine.gradient?.value?.array ?? [], plain.gradient?.value?.array ?? [], relative: 1e-5,
      because: "f32 sums in another order")
  }

  @Test func `the gradient of attention with weights left out agrees with central differences`() throws {
    let (packed, dy) = (numbers(3 * 20), numbers(20))
    let leaf = packed.learning()
    let y = droppedAttention(leaf, sequences, heads: 2, dropout())
    #expect(y.array != attention(packed, sequences, heads: 2, causal: false).array)
    try backward([(y, dy)])
    let found = try #require(leaf.gradient?.value?.array)
    let indices = sampledIndices(of: packed.count)
    let expected = centralDifferences(at: packed.array, indices: indices, step: 1e-2) { x in
      let y = droppedAttention(Tensor(shape: packed.shape, x), sequences, heads: 2, dropout())
      return zip(y.array, dy.array).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let scale = found.reduce(0) { max($0, abs($1)) }
    for (i, index) in indices.enumerated() {
      #expect(abs(found[index] - expected[i]) <= 5e-3 * scale, "\(index)")
    }
  }

  @Test func `heads leave out weights of their own`() {
    // Equal queries, keys and values in both heads.
    let half = numbers(3 * 8).array
    var packed: [Float] = []
    for row in 0..<15 {
      for part in 0..<3 {
        let start = row * 24 + part * 8
        packed += half[start..<start + 8] + half[start..<start + 8]
      }
    }
    let y = droppedAttention(Tensor(shape: [15, 48], packed), sequences, heads: 2, dropout()).array
    var heads: [[Float]] = [[], []]
    for row in 0..<15 {
      for head in 0..<2 { heads[head] += y[row * 16 + head * 8..<row * 16 + head * 8 + 8] }
    }
    #expect(heads[0] != heads[1])
  }
}
