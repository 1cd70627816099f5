import Engine
import TestSupport
import Testing

@Suite struct MovingAverageTests {
  /// More than one part of `inParallel`, and a tail that no vector fills.
  private static let count = (1 << 15) + 7

  private func values(_ seed: Int) -> [Float] {
    (0..<Self.count).map { Float(($0 * 7919 + seed * 104_729) % 1000) / 500 - 1 }
  }

  @Test func `an average is the formula's over four updates`() {
    let average = Tensor(shape: [Self.count], values(0))
    var expected = values(0).map(Double.init)
    for step in 1...4 {
      average.average(Tensor(shape: [Self.count], values(step)), decay: 0.9)
      expected = zip(expected, values(step)).map { 0.9 * $0 + 0.1 * Double($1) }
    }
    expectClose(average.array, expected.map { Float($0) }, relative: 1e-6, because: "f32 against float64")
  }

  @Test func `the average of what doesn't change is that, to the bit`() {
    let constant = Tensor(shape: [Self.count], values(3))
    let average = Tensor(shape: [Self.count], values(3))
    for _ in 0..<50 { average.average(constant, decay: 0.9999) }
    #expect(average.array == values(3))
  }

  @Test func `decay 0 keeps the last values alone`() {
    let average = Tensor(shape: [3], [1, 2, 3])
    average.average(Tensor(shape: [3], [5, -1, 0.5]), decay: 0)
    #expect(average.array == [5, -1, 0.5])
  }
}
