import Engine
import TestSupport
import Testing

@Suite struct FeatureDistillationTests {
  private let golden: Golden
  private static let factor = Float(0.7) / 7

  init() throws { golden = try Golden("distillation") }

  private func rows(_ name: String) throws -> Tensor {
    Tensor(shape: try golden.shape("rows." + name), try golden.floats("rows." + name))
  }

  private func loss(_ cosines: [Float]) -> Double {
    cosines.reduce(0) { $0 + Double(Self.factor) * (1 - Double($1)) }
  }

  /// The loss of rows that aren't unit rows yet, and its gradient.
  private func run(_ x: Tensor, _ teacher: Tensor) throws -> (loss: Double, dx: [Float]) {
    let leaf = x.learning()
    let unit = unitRows(leaf)
    let dUnit = Tensor(shape: unit.shape, repeating: 0)
    let cosines = distill(unit, teacher: unitRows(teacher), factor: Self.factor, addingTo: dUnit)
    try backward([(unit, dUnit)])
    return (loss(cosines), leaf.gradient?.value?.array ?? [])
  }

  @Test func `loss and gradient are PyTorch's`() throws {
    let found = try run(try rows("x"), try rows("teacher"))
    expectClose(Float(found.loss), try golden.scalar("rows.loss"), relative: 1e-6, because: "f32 against float64")
    expectClose(found.dx, try golden.floats("rows.dx"), relative: 1e-5, because: "f32 against float64")
  }

  @Test func `gradient agrees with central differences`() throws {
    let (x, teacher) = (try rows("x"), try rows("teacher"))
    let indices = sampledIndices(of: x.count)
    let expected = try centralDifferences(at: x.array, indices: indices, step: 1e-2) {
      try run(Tensor(shape: x.shape, $0), teacher).loss
    }
    let found = try run(x, teacher).dx
    expectClose(indices.map { found[$0] }, expected, relative: 5e-3, because: "curvature and rounding")
  }

  @Test func `a row that is the teacher's has no loss, a row of zeros has the whole`() throws {
    let teacher = Tensor(shape: [2, 4], [0.5, 0.5, 0.5, 0.5, 1, 0, 0, 0])
    let x = Tensor(shape: [2, 4], [0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0])
    let dx = Tensor(shape: [2, 4], repeating: 1)
    #expect(distill(x, teacher: teacher, factor: 2, addingTo: dx) == [1, 0])
    #expect(dx.array == [0, 0, 0, 0, -1, 1, 1, 1])
  }
}
