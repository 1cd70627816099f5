import Files
import Foundation

/// Writes safetensors files that PyTorch's reader takes, the same bytes for the same tensors.
public enum SafetensorsWriter {
  /// Values that are written from where they lie.
  public enum Values {
    case floats(UnsafeBufferPointer<Float>, as: FloatStorage = .f32)
    case integers(UnsafeBufferPointer<Int64>)
  }

  public typealias Tensor = (name: String, shape: [Int], values: Values)

  /// Writes `tensors` to `path`: beside it first, synced, then renamed, so that a file of that name is a whole one.
  ///
  /// Integers come before floats, so that every tensor is aligned to its elements; each kind is sorted by name.
  ///
  /// - Parameters:
  ///   - tensors: row-major; `shape` is empty for a scalar. No two have the same name.
  ///   - metadata: read back as `SafetensorsFile.metadata`.
  public static func write(
    _ tensors: [Tensor], metadata: [String: String] = [:], to path: String
  ) throws(SafetensorsError) {
    let tensors = sorted(tensors)
    let header = header(of: tensors, metadata)
    do {
      let place = AtomicFile(path)
      try writeFile(Data(), to: place.temporary)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: place.temporary))
      try file.write(contentsOf: header)
      for tensor in tensors { try tensor.values.eachPart { try write($0, to: file) } }
      try file.close()
      try place.finish()
    } catch let error as FileError {
      throw SafetensorsError(path: path, problem: .cannotWrite(reason: error.reason))
    } catch {
      throw SafetensorsError(path: path, problem: .cannotWrite(reason: "\(error.localizedDescription)"))
    }
  }

  /// Writes tensors of floats.
  public static func write(
    _ tensors: [(name: String, shape: [Int], values: UnsafeBufferPointer<Float>)],
    metadata: [String: String] = [:], to path: String
  ) throws(SafetensorsError) {
    try write(tensors.map { ($0.name, $0.shape, .floats($0.values)) }, metadata: metadata, to: path)
  }
}

extension SafetensorsWriter.Values {
  var type: ElementType {
    switch self {
    case .floats(_, let storage): storage.type
    case .integers: .i64
    }
  }

  var byteCount: Int {
    switch self {
    case .floats(let values, _): values.count * type.size
    case .integers(let values): values.count * type.size
    }
  }

  /// The bytes to be written, in order; those of f16 and bf16 made a part at a time.
  func eachPart(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    switch self {
    case .floats(let values, .f32): try body(UnsafeRawBufferPointer(values))
    case .floats(let values, let storage):
      for start in stride(from: 0, to: values.count, by: Self.part) {
        let part = values[start..<min(start + Self.part, values.count)]
        try part.map { storage.rounded($0).littleEndian }.withUnsafeBytes(body)
      }
    case .integers(let values): try body(UnsafeRawBufferPointer(values))
    }
  }

  /// Elements rounded at once.
  private static let part = 1 << 18
}

extension SafetensorsWriter {
  private static func sorted(_ tensors: [Tensor]) -> [Tensor] {
    let sorted = tensors.sorted {
      let (a, b) = ($0.values.type.size, $1.values.type.size)
      return a == b ? $0.name < $1.name : a > b
    }
    for (tensor, next) in zip(sorted, sorted.dropFirst()) {
      precondition(tensor.name != next.name, "safetensors: two tensors are named \(tensor.name)")
    }
    return sorted
  }

  /// The length in 8 bytes, then JSON padded with spaces to a multiple of 8.
  private static func header(of tensors: [Tensor], _ metadata: [String: String]) -> Data {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let (type, bytes) = (tensor.values.type, tensor.values.byteCount)
      precondition(
        bytes == tensor.shape.reduce(type.size, *), "safetensors: \(tensor.name) is \(tensor.shape), in \(bytes) bytes")
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(offset + bytes)]}")
      offset += bytes
    }
    let json = Data("{\(members.joined(separator: ","))}".utf8)
    let padded = json + Data(repeating: UInt8(ascii: " "), count: -json.count & 7)
    return withUnsafeBytes(of: UInt64(padded.count).littleEndian) { Data($0) } + padded
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let json = try? encoder.encode(text) else { preconditionFailure("safetensors: no JSON for \(text)") }
    return String(decoding: json, as: UTF8.self)
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to file: FileHandle) throws {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    try file.write(
      contentsOf: Data(
        bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count, deallocator: .none))
  }
}
