import Sweeps
import Testing

@Suite struct SeedIntervalTests {
  /// scipy.stats.t.interval(0.95, n - 1, mean, sem) gives these.
  @Test(
    arguments: [
      ([0.5], 0.5, nil), ([1, 2, 4], 2.3333333, 3.7947933), ([1, 1, 1, 1], 1, 0),
      ((0..<40).map(Double.init), 19.5, 3.7387447),
    ] as [([Double], Double, Double?)])
  func `a mean and its interval are Student's`(_ values: [Double], _ mean: Double, _ half: Double?) throws {
    let interval = SeedInterval(values)
    #expect(abs(interval.mean - mean) < 1e-6)
    guard let half else {
      #expect(interval.half == nil)
      return
    }
    #expect(abs(try #require(interval.half) - half) < 1e-3)
  }

  @Test func `shares are percent, others are not`() {
    #expect(SeedInterval([0.25]).text("a/top1") == "25.0 %")
    #expect(SeedInterval([0.2, 0.3]).text("a/b.top1") == "25.0 ± 63.5 %")
    #expect(SeedInterval([2]).text("loss") == "2.0000")
  }
}
