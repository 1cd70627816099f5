import Foundation

/// Shape and numbers of an npy file of float32 in two dimensions.
public func readNpy(_ path: String) throws -> (shape: [Int], values: [Float]) {
  let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  let length = 10 + Int(bytes[8]) + 256 * Int(bytes[9])
  let header = String(decoding: bytes[10..<length], as: UTF8.self)
  let shape = header.split(separator: "(")[1].split(separator: ")")[0].split(separator: ", ").map { Int($0)! }
  let values = bytes[length...].withUnsafeBytes { raw in
    (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
  }
  return (shape, values)
}
