import Engine
import Files
import Foundation

/// Writes rows of float32 as NumPy's `.npy`, one after another: `[rows, width]`, little-endian.
///
/// The number of rows stands in the header, which is therefore written again at the end.
///
/// - Source: NumPy's `numpy.lib.format`, version 1.0.
public final class NpyWriter {
  private let path: String
  private let width: Int
  private let file: UnsafeMutablePointer<FILE>
  private var rows = 0
  private var closed = false

  public init(_ path: String, width: Int) throws(EvaluationError) {
    guard let file = fopen(path, "wb") else { throw .unwritable(path: path, reason: systemReason()) }
    (self.path, self.width, self.file) = (path, width, file)
    try write(Self.header(rows: 0, width: width))
  }

  deinit { if !closed { fclose(file) } }

  /// - Parameter x: `[rows, width]`
  public func append(_ x: Tensor) throws(EvaluationError) {
    precondition(!closed && x.width == width, "npy: \(x.shape) to rows of \(width)")
    let written = withExtendedLifetime(x) { fwrite(x.buffer.baseAddress, MemoryLayout<Float>.stride, x.count, file) }
    guard written == x.count else { throw .unwritable(path: path, reason: systemReason()) }
    rows += x.rows
  }

  /// Completes the file on the disk. Without it the header says that there are no rows.
  public func close() throws(EvaluationError) {
    guard fseek(file, 0, SEEK_SET) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
    try write(Self.header(rows: rows, width: width))
    let synced = fflush(file) == 0 && fsync(fileno(file)) == 0
    let reason = systemReason()
    closed = true
    guard fclose(file) == 0, synced else { throw .unwritable(path: path, reason: reason) }
  }

  private func write(_ bytes: [UInt8]) throws(EvaluationError) {
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw .unwritable(path: path, reason: systemReason())
    }
  }

  /// 128 bytes, of which the dictionary takes at most 95: the data begins at a multiple of 64, whatever the shape.
  package static func header(rows: Int, width: Int) -> [UInt8] {
    let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(width)), }"
    let length = 128 - 10
    let text = dictionary + String(repeating: " ", count: length - 1 - dictionary.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length), 0] + Array(text.utf8)
  }
}
