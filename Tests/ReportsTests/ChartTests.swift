import Reports
import Testing

@Suite struct AxisTests {
  @Test func `ticks are round numbers within the range`() {
    #expect(Axis([0, 100]).ticks == [0, 25, 50, 75, 100])
    #expect(Axis([0.9, 4.2]).ticks == [1, 2, 3, 4])
    #expect(Axis([3, 3]).ticks.allSatisfy { (2.7...3.3).contains($0) })
  }

  @Test func `a logarithmic axis has powers of ten, and leaves out what has no logarithm`() {
    let axis = Axis([0, -1, 0.01, 100], .logarithmic)
    #expect(axis.range == 0.01...100)
    #expect(axis.ticks == [0.01, 0.1, 1, 10, 100])
    #expect(abs(axis.place(1) - 0.5) < 1e-12)
  }

  @Test func `without numbers an axis is still one`() {
    #expect(Axis([]).range == 0...1)
    #expect(Axis([Double.nan, -.infinity], .logarithmic).range == 1...10)
  }
}

@Suite struct CurveTests {
  @Test func `many steps become few points that keep the extremes`() {
    let points = (1...10_000).map { (step: $0, value: $0 == 5_003 ? 1e6 : Double($0)) }
    let curve = Curve(points, most: 100)
    #expect(curve.buckets.count == 100)
    #expect(curve.buckets.map(\.high).max() == 1e6)
    #expect(curve.buckets.first?.steps == 1...100 && curve.buckets.last?.steps == 9_901...10_000)
    #expect(curve.buckets[0].low == 1 && curve.buckets[0].high == 100)
    #expect(abs(curve.buckets[0].middle - 50.5) < 1e-9)
  }

  @Test func `numbers that aren't finite are gaps`() {
    let curve = Curve([(1, 1), (2, .nan), (3, 3), (4, .infinity)])
    #expect(curve.buckets.map(\.steps) == [1...1, 3...3])
    #expect(Curve([(1, .nan)]).buckets.isEmpty)
  }

  @Test func `a moving average begins with the first value and follows the others`() {
    let curve = Curve((1...100).map { (step: $0, value: $0 <= 50 ? 1.0 : 2.0) }, smoothing: 0.1)
    #expect(curve.buckets[0].smooth == 1 && abs(curve.buckets[49].smooth - 1) < 1e-12)
    // Ten steps after a jump of 1, sixty after the first: (1 − 0.9¹⁰) / (1 − 0.9⁶⁰) of it.
    #expect(abs(curve.buckets[59].smooth - 1.652494) < 1e-6)
  }
}

@Suite struct DrawingTests {
  @Test func `quantiles of binned cosines`() {
    var counts = [Int](repeating: 0, count: 40)
    counts[20] = 10
    counts[30] = 10
    let cosines = BinnedCosines(counts: counts)
    #expect(abs(cosines.quantile(0.25) - 0.025) < 1e-12 && abs(cosines.quantile(0.75) - 0.525) < 1e-12)
    #expect(BinnedCosines(counts: [0, 0]).quantile(0.5).isNaN)
  }

  @Test func `colours go from dark to bright`() {
    #expect(Viridis.color(0) == "#440154" && Viridis.color(1) == "#fde725" && Viridis.color(.nan) == "#440154")
  }
}
