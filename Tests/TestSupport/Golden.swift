import Safetensors

/// Numbers that PyTorch computed: `Tests/Golden/<name>.safetensors`, made by `Tests/Golden/<name>.py`.
public struct Golden: Sendable {
  public let file: SafetensorsFile

  public init(_ name: String) throws { try self.init(file: Self.path("\(name).safetensors")) }

  /// Any safetensors file.
  public init(file path: String) throws { file = try SafetensorsFile(reading: path) }

  /// The path of a file in `Tests/Golden`.
  public static func path(_ file: String) -> String { "\(repository)/Tests/Golden/\(file)" }

  /// Sorted.
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
