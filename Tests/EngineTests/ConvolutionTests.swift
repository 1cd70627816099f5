import Engine
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var stride = 1
    var padding = 0
    var biased = false
    var testDescription: String { name }

    func run(_ x: [Tensor]) -> Tensor {
      convolution(x[0], x[1], biased ? x[2] : nil, stride: stride, padding: padding)
    }

    var inputs: [String] { ["x", "weight"] + (biased ? ["bias"] : []) }
  }

  static let cases = [
    Case(name: "point"), Case(name: "point_strided", stride: 2), Case(name: "three", padding: 1),
    Case(name: "three_strided", stride: 2, padding: 1), Case(name: "three_biased", padding: 1, biased: true),
    Case(name: "three_odd", padding: 1), Case(name: "seven", stride: 2, padding: 3),
  ]

  @Test(arguments: cases) func `convolution agrees with PyTorch and with central differences`(_ one: Case) throws {
    try OpGolden(one.name, in: "convolution").check(one.inputs, one.run)
  }

  @Test(arguments: cases) func `convolution in bf16 agrees with PyTorch`(_ one: Case) throws {
    try expectRounded(one.name, one.inputs, rounded: 2, one.run)
  }

  /// By a stride of 2 it would have one place, half of a step to the left.
  @Test func `a filter larger than the padded picture is refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = convolution(Tensor(shape: [1, 4, 4, 1], repeating: 1), Tensor(shape: [1, 1, 5, 5], repeating: 1), stride: 2)
    }
  }
}

@Suite struct BatchNormTests {
  private func norm(_ name: String) throws -> (RunningStatistics, OpGolden) {
    let golden = try OpGolden(name, in: "convolution")
    let running = RunningStatistics(
      mean: try golden.tensor("mean").learning(), variance: try golden.tensor("variance").learning(),
      chunks: Tensor(shape: [], [0]).learning())
    return (running, golden)
  }

  @Test(arguments: [
    ("norm", NormStatistics.batch, false, false), ("norm_rectified", .batch, false, true),
    ("norm_residual", .batch, true, true), ("norm_running", .running, false, true),
    ("norm_running_residual", .running, true, true), ("norm_long", .batch, false, false),
  ])
  func `batch norm agrees with PyTorch and with central differences`(
    _ name: String, _ statistics: NormStatistics, _ residual: Bool, _ rectified: Bool
  ) throws {
    let (running, golden) = try norm(name)
    let inputs = ["x", "weight", "bias"] + (residual ? ["residual"] : [])
    let op = { (x: [Tensor]) in
      batchNorm(
        x[0], x[1], x[2], running: running, statistics, plus: residual ? x[3] : nil, rectified: rectified)
    }
    try golden.check(inputs, relative: 2e-5, step: 5e-4, op)
    try expectRounded(name, inputs, rounded: 1, residual: residual, op)
  }

  @Test func `running statistics take up a chunk's for each backward pass`() throws {
    let (running, golden) = try norm("norm_residual")
    let inputs = try ["x", "weight", "bias", "residual"].map { try golden.tensor($0) }
    for passes in 1...2 {
      let x = inputs[0].learning()
      let y = batchNorm(x, inputs[1], inputs[2], running: running, .batch, plus: inputs[3], rectified: true)
      #expect(running.chunks.gradient?.value?.array ?? [0] == [Float(passes - 1)], "forward alone must not count")
      try backward([(y, try golden.tensor("dy"))])
      #expect(running.chunks.gradient?.value?.array == [Float(passes)])
    }
    for (statistic, name) in [(running.mean, "mean"), (running.variance, "variance")] {
      let sums = statistic.gradient?.value?.array ?? []
      let moved = zip(statistic.array, sums).map { 0.9 * $0 + 0.1 * $1 / 2 }
      expectClose(moved, try golden.floats("moved_" + name), relative: 1e-5, because: "PyTorch in float64")
    }
  }

  @Test func `a channel far from zero keeps its digits`() {
    // 40,000 numbers of 1000 ± 0.01: a plain sum of squares would lose all of the variance.
    let x = Tensor(shape: [200, 200, 1], (0..<40_000).map { 1000 + ($0 % 2 == 0 ? 0.0078125 : -0.0078125) })
    let one = Tensor(shape: [1], [1])
    let running = RunningStatistics(mean: one, variance: one, chunks: Tensor(shape: [], [0]))
    let y = batchNorm(x, one, Tensor(shape: [1], [0]), running: running, .batch).array
    let expected = 0.0078125 / (0.0078125 * 0.0078125 + 1e-5 as Float).squareRoot()
    expectClose(y[0] - y[1], 2 * expected, relative: 1e-2, because: "1000 has steps of 6e-5")
  }
}

@Suite struct PoolingTests {
  @Test(arguments: [("average", 2), ("average_odd", 2), ("average_whole", 4)])
  func `average pooling agrees with PyTorch and with central differences`(_ name: String, _ window: Int) throws {
    try OpGolden(name, in: "convolution").check(["x"]) { averagePool($0[0], window: window) }
    try expectRounded(name, ["x"], rounded: 1) { averagePool($0[0], window: window) }
  }

  @Test(arguments: [("max", 3, 1), ("max_plain", 2, 0)])
  func `maximum pooling agrees with PyTorch and with central differences`(
    _ name: String, _ window: Int, _ padding: Int
  ) throws {
    // The step is small, so that no other number becomes the largest.
    try OpGolden(name, in: "convolution").check(["x"], step: 1e-3) {
      maxPool($0[0], window: window, stride: 2, padding: padding)
    }
  }

  @Test func `of equal numbers the first is the maximum`() throws {
    let golden = try OpGolden("max_equal", in: "convolution")
    let x = try golden.tensor("x").learning()
    try backward([(maxPool(x, window: 3, stride: 2, padding: 1), try golden.tensor("dy"))])
    expectClose(x.gradient?.value?.array ?? [], try golden.floats("dx"), relative: 1e-6, because: "PyTorch in float64")
  }

  @Test func `a maximum over something that is not a number is none`() {
    let x = Tensor(shape: [1, 2, 2, 1], [1, .nan, 2, 3])
    #expect(maxPool(x, window: 2, stride: 2).array[0].isNaN)
  }

  @Test func `a mean token agrees with PyTorch and with central differences`() throws {
    try OpGolden("mean_token", in: "convolution").check(["x", "positions"]) { withMeanToken($0[0], positions: $0[1]) }
    try expectRounded("mean_token", ["x", "positions"], rounded: 1) { withMeanToken($0[0], positions: $0[1]) }
  }

  @Test func `joined columns agree with PyTorch and with central differences`() throws {
    try OpGolden("joined", in: "convolution").check(["a", "b"]) { joinedColumns($0[0], $0[1]) }
  }

  @Test func `pictures are normalized as OpenCLIP does`() throws {
    let golden = try OpGolden("pictures", in: "convolution")
    let y = pictures(
      try golden.bytes("pixels"), side: 6, mean: try golden.floats("mean"), deviation: try golden.floats("std"))
    #expect(y.shape == [2, 6, 6, 3])
    expectClose(y.array, try golden.floats("y"), relative: 1e-6, because: "PyTorch in float64")
  }
}
