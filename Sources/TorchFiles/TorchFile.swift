import Files
import Safetensors

/// The tensors of a state dict that PyTorch saved: `.pt`, `.pth`, `.bin`.
///
/// The file is a zip archive of a pickle, which names the tensors, and of their numbers. It may come from anywhere:
/// nothing of it is executed, and what it claims is checked against its own length. OpenCLIP's checkpoints hold their
/// state dict beside the optimizer's state, which is left aside.
///
/// Values are read when they are asked for: from the file that was opened, whatever the path leads to by then.
public struct TorchFile: TensorSource {
  public typealias Problem = TorchFileError.Problem

  public let path: String
  public let entries: [String: SafetensorsFile.Entry]
  /// What stands beside the state dict and isn't read.
  public let leftAside: [String]
  private let file: ReadOnlyFile
  /// In elements, by tensor; those that aren't here lie in one piece.
  private let strides: [String: [Int]]

  /// Whether a path's ending is one of PyTorch's.
  public static func isNamed(_ path: String) -> Bool {
    [".pt", ".pth", ".bin", ".ckpt"].contains(where: path.lowercased().hasSuffix)
  }

  public init(reading path: String) throws(TorchFileError) {
    self.path = path
    do { file = try ReadOnlyFile(path) } catch {
      throw TorchFileError(path: path, problem: .cannotRead(reason: error.reason))
    }
    do throws(Problem) {
      let found = try StateDict(file)
      (entries, strides, leftAside) = (found.entries, found.strides, found.leftAside)
    } catch {
      throw TorchFileError(path: path, problem: error)
    }
  }

  /// Overwrites `values` with a tensor's, row-major, as f32.
  public func copy(_ name: String, into values: UnsafeMutableBufferPointer<Float>) throws {
    guard let entry = entries[name] else { throw problem(.tensor(name: name, reason: "there is none of this name")) }
    guard entry.count == values.count, let convert = entry.type.conversionToFloats else {
      throw problem(
        .tensor(name: name, reason: "\(entry.count) of \(entry.type.rawValue), \(values.count) floats wanted"))
    }
    let stored: [UInt8]
    do { stored = try file.read(entry.range) } catch { throw problem(.cannotRead(reason: error.reason)) }
    stored.withUnsafeBytes { bytes in
      guard let strides = strides[name] else { return convert(bytes, values) }
      let piece = UnsafeMutableBufferPointer<Float>.allocate(capacity: bytes.count / entry.type.size)
      defer { piece.deallocate() }
      convert(bytes, piece)
      gather(piece, entry.shape, strides, into: values)
    }
  }

  private func problem(_ problem: Problem) -> TorchFileError { TorchFileError(path: path, problem: problem) }
}

/// A view's elements, row-major.
private func gather(
  _ piece: UnsafeMutableBufferPointer<Float>, _ shape: [Int], _ strides: [Int],
  into values: UnsafeMutableBufferPointer<Float>
) {
  var index = [Int](repeating: 0, count: shape.count)
  var from = 0
  for i in values.indices {
    values[i] = piece[from]
    var axis = shape.count - 1
    while axis >= 0 {
      index[axis] += 1
      from += strides[axis]
      if index[axis] < shape[axis] { break }
      from -= strides[axis] * shape[axis]
      index[axis] = 0
      axis -= 1
    }
  }
}
