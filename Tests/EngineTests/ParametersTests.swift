import Engine
import Testing

@Suite struct ParametersTests {
  private func twoLayers(_ names: [String]) -> (Parameters, [Parameter]) {
    let parameters = Parameters()
    let made = names.map { (Scope(parameters) / $0 / "weight").parameter([3, 5], .normal(deviation: 0.5)) }
    parameters.layOut()
    parameters.allocate()
    return (parameters, made)
  }

  @Test func `every parameter begins at 64 bytes and has its full name`() {
    let (parameters, _) = twoLayers(["a", "b"])
    #expect(parameters.declarations.map(\.name) == ["a.weight", "b.weight"])
    #expect(parameters.declarations.map(\.offset) == [0, 16])
    #expect(parameters.blockCount == 32)
    #expect(parameters.count == 30)
  }

  @Test func `a parameter is drawn by its name, not by its place`() {
    let (forward, first) = twoLayers(["a", "b"])
    let (backward, second) = twoLayers(["b", "a"])
    forward.initialize(seed: 7)
    backward.initialize(seed: 7)
    #expect(first[0].values.array == second[1].values.array)
    #expect(first[0].values.array != first[1].values.array)
  }

  @Test func `draws have the deviation that was asked for`() {
    let parameters = Parameters()
    let normal = (Scope(parameters) / "normal").parameter([20_000], .normal(deviation: 0.5))
    let uniform = (Scope(parameters) / "uniform").parameter([20_000], .uniform(bound: 0.3))
    parameters.layOut()
    parameters.allocate()
    parameters.initialize(seed: 1)
    let drawn = normal.values.array
    let mean = drawn.reduce(0, +) / 20_000
    let deviation = (drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000).squareRoot()
    // Five standard errors of 20,000 draws.
    #expect(abs(mean) < 5 * 0.5 / 141)
    #expect(abs(deviation - 0.5) < 5 * 0.5 / 200)
    #expect(uniform.values.array.allSatisfy { abs($0) <= 0.3 })
    #expect((uniform.values.array.max() ?? 0) > 0.299)
  }

  @Test func `a gradient block is overwritten first and added to then`() throws {
    let (parameters, made) = twoLayers(["a", "b"])
    let block = Tensor(shape: [parameters.blockCount], repeating: .nan)
    parameters.collectGradients(in: block)
    for _ in 0..<2 {
      let y = linear(Tensor(shape: [1, 5], repeating: 1), made[0].tensor(Pass(learns: true)))
      try backward([(y, Tensor(shape: [1, 3], [1, 2, 3]))])
    }
    parameters.finishCollecting()
    #expect(
      parameters.part(parameters.declarations[0], of: block).array == [2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 6])
    #expect(parameters.part(parameters.declarations[1], of: block).array == Array(repeating: 0, count: 15))
  }
}

@Suite struct LockedParametersTests {
  @Test func `what is locked lies behind what learns, and has no gradient`() throws {
    let parameters = Parameters()
    let made = ["a", "b", "c"].map { (Scope(parameters) / $0).parameter([3, 5], .normal(deviation: 0.5)) }
    parameters.layOut { $0.name == "a" }
    parameters.allocate()
    parameters.initialize(seed: 1)
    #expect(parameters.declarations.map(\.name) == ["a", "b", "c"])
    #expect(parameters.declarations.map(\.offset) == [32, 0, 16])
    #expect((parameters.learnedCount, parameters.blockCount, parameters.count) == (32, 48, 45))
    let pass = Pass(learns: true)
    #expect(made.map { $0.tensor(pass).gradient == nil } == [true, false, false])
    #expect(made.allSatisfy { $0.tensor(.evaluation).gradient == nil })
    let block = Tensor(shape: [parameters.learnedCount], repeating: .nan)
    #expect(parameters.layout.declarations(in: block).map(\.name) == ["b", "c"])
    parameters.collectGradients(in: block)
    let y = linear(
      linear(Tensor(shape: [1, 5], repeating: 1), made[0].tensor(pass)), made[1].tensor(pass), transposed: true)
    try backward([(y, Tensor(shape: [1, 5], repeating: 1))])
    parameters.finishCollecting()
    #expect(parameters.part(parameters.learned[0], of: block).array.allSatisfy { $0 != 0 && $0.isFinite })
    #expect(parameters.part(parameters.learned[1], of: block).array == Array(repeating: 0, count: 15))
  }
}
