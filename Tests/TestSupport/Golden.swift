// What test targets share: golden files, tolerances with a reason (`expectClose`), derivatives to compare with
// (`centralDifferences`), programs run to their end (`run`), directories that go away (`temporaryDirectory`).
//
// How golden files are made
//
//     Tests/Golden/ops.py  →  Tests/Golden/ops.safetensors  →  Golden("ops").floats("linear.dx")
//
// A golden file holds what somebody else's code computes: PyTorch, OpenCLIP, transformers, torchvision, Pillow. It is
// written once, by the script of its own name, and committed; tests only read it, so they need no Python.
//
// - The head of a script says what the file holds, the versions it was written with, and how it is run. In a virtual
//   environment with those: `python Tests/Golden/ops.py`.
// - Inputs are exact in float32, arithmetic is float64, results are stored as float32. So a file's own error is half a
//   unit in the last place, and a tolerance is about our arithmetic alone.
// - Random inputs have a fixed seed: a script that is run again writes the same numbers.
// - A new op is a line in the script, `golden.op("name", function, x=…)`, which keeps inputs, y, a random dy and the
//   gradients of sum(dy · y), and a line in `Tests/EngineTests`.
// - Where a whole model's numbers would be too many, both sides make the parameters up from a hash, and the file has
//   some of the gradient's numbers and its norm (`convolutional_encoders.py`).

import Safetensors

/// Numbers that PyTorch computed: `Tests/Golden/<name>.safetensors`, made by `Tests/Golden/<name>.py`.
///
/// What asks for a tensor throws where the file has none of that name, or one of a type that can't be read so.
public struct Golden: Sendable {
  public let file: SafetensorsFile

  public init(_ name: String) throws { try self.init(file: Self.path("\(name).safetensors")) }

  /// Any safetensors file.
  public init(file path: String) throws { file = try SafetensorsFile(reading: path) }

  /// The path of a file in `Tests/Golden`.
  public static func path(_ file: String) -> String { "\(repository)/Tests/Golden/\(file)" }

  /// The names of all tensors, sorted.
  public var names: [String] { file.entries.keys.sorted() }

  public func floats(_ name: String) throws -> [Float] { try file.floats(name) }
  public func integers(_ name: String) throws -> [Int64] { try file.integers(name) }
  public func bytes(_ name: String) throws -> [UInt8] { try file.bytes(name) }
  public func shape(_ name: String) throws -> [Int] { try file.entry(name).shape }

  /// A tensor of one element.
  public func scalar(_ name: String) throws -> Float {
    let values = try floats(name)
    precondition(values.count == 1, "golden: \(name) has \(values.count) elements, expected 1")
    return values[0]
  }
}
