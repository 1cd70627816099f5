import Engine
import TestSupport
import Testing

/// Checks value and gradients of an op of convolutional networks in bf16, where the first inputs, and a residual, are
/// rounded to it. 2⁻⁶ of the largest value holds three roundings to 8 bits; gradients through a rectifier also lose what
/// rounding moves across 0, so a few of them may be anywhere.
func expectRounded(
  _ name: String, _ inputs: [String], rounded: Int, residual: Bool = false,
  sourceLocation: SourceLocation = #_sourceLocation, _ op: ([Tensor]) -> Tensor
) throws {
  let golden = try OpGolden(name, in: "convolution")
  let leaves = try inputs.enumerated().map { i, name in
    let half = i < rounded || residual && i == inputs.count - 1
    return try golden.tensor(name).converted(to: half ? .bf16 : .f32).learning()
  }
  let y = op(leaves)
  #expect(y.element == .bf16, sourceLocation: sourceLocation)
  expectClose(
    y.array, try golden.floats("y"), relative: 0x1p-6, because: "a few roundings to 8 bits",
    sourceLocation: sourceLocation)
  try backward([(y, try golden.tensor("dy").viewed(as: y.shape).converted(to: .bf16))])
  for (leaf, name) in zip(leaves, inputs) {
    let (found, expected) = (leaf.gradient?.value?.array ?? [], try golden.floats("d" + name))
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let strays = zip(found, expected).count { !(abs($0 - $1) <= 0x1p-5 * largest) }
    #expect(
      found.count == expected.count && strays * 50 <= found.count, "d\(name): \(strays) of \(found.count) stray",
      sourceLocation: sourceLocation)
  }
}
