import Engine
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
  private let golden: Golden
  private let z: Tensor
  private let own: [Int32]
  private let scale: Float

  init() throws {
    golden = try Golden("supervised")
    z = Tensor(shape: try golden.shape("rows.z"), try golden.floats("rows.z"))
    own = try golden.integers("rows.own").map(Int32.init)
    scale = try golden.scalar("rows.scale")
  }

  private func run(_ z: Tensor, _ scale: Float) -> (loss: Double, dScale: Double, dz: [Float]) {
    let dz = Tensor(shape: z.shape, repeating: 0)
    let rows = crossEntropy(z, own: own, scale: scale, factor: 1 / Float(z.rows), addingTo: dz)
    return (rows.reduce(0) { $0 + $1.loss }, rows.reduce(0) { $0 + $1.dScale }, dz.array)
  }

  @Test func `loss and gradients are PyTorch's`() throws {
    let found = run(z, scale)
    expectClose(Float(found.loss), try golden.scalar("rows.loss"), relative: 1e-6, because: "f32 against float64")
    expectClose(Float(found.dScale), try golden.scalar("rows.dscale"), relative: 1e-5, because: "f32 against float64")
    expectClose(found.dz, try golden.floats("rows.dz"), relative: 1e-5, because: "f32 against float64")
  }

  @Test func `gradients agree with central differences`() {
    let indices = sampledIndices(of: z.count)
    let expected = centralDifferences(at: z.array, indices: indices, step: 1e-3) {
      run(Tensor(shape: z.shape, $0), scale).loss
    }
    let found = run(z, scale)
    expectClose(indices.map { found.dz[$0] }, expected, relative: 5e-3, because: "curvature and rounding")
    let byScale = centralDifferences(at: [scale], indices: [0], step: 1e-2) { run(z, $0[0]).loss }
    expectClose([Float(found.dScale)], byScale, relative: 5e-3, because: "curvature and rounding")
  }

  @Test func `a class hits whose product is larger than all others, and a tie is none`() {
    let z = Tensor(shape: [4, 3], [2, 1, 0, 1, 1, 0, 0, 0, .nan, 2, .nan, 1])
    let rows = crossEntropy(z, own: [0, 0, 2, 0], scale: 1, factor: 1, addingTo: Tensor(shape: [4, 3], repeating: 0))
    #expect(rows.map(\.isHit) == [true, false, false, false])
  }

  @Test func `rows have the same bits whatever stands beside them`() {
    let whole = Tensor(shape: z.shape, repeating: 0)
    let all = crossEntropy(z, own: own, scale: scale, factor: 0.5, addingTo: whole)
    for row in 0..<z.rows {
      let alone = Tensor(shape: [1, z.width], repeating: 0)
      let found = crossEntropy(
        z.rows(row..<row + 1), own: [own[row]], scale: scale, factor: 0.5, addingTo: alone)
      #expect(found == [all[row]])
      #expect(alone.array == whole.rows(row..<row + 1).array)
    }
  }
}
