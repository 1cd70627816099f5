import Engine
import Files
import Foundation

/// Writes rows of floats as NumPy's `.npy`, one after another: `[rows, width]`, little-endian.
///
/// The number of rows stands in the header, which is therefore written again at the end.
///
/// - Source: NumPy's `numpy.lib.format`, version 1.0.
public final class NpyWriter {
  private let path: String
  private let width: Int
  private let precision: StoredPrecision
  private let file: UnsafeMutablePointer<FILE>
  private var closed = false
  /// How many were written.
  public private(set) var rows = 0

  public init(_ path: String, width: Int, precision: StoredPrecision = .f32) throws(StoredError) {
    guard let file = fopen(path, "wb") else { throw .unwritable(path: path, reason: systemReason()) }
    (self.path, self.width, self.precision, self.file) = (path, width, precision, file)
    try write(NpyHeader.bytes(rows: 0, width: width, precision))
  }

  deinit { if !closed { fclose(file) } }

  /// - Parameter x: `[rows, width]`, f32; rounded to the nearest where halves are stored.
  public func append(_ x: Tensor) throws(StoredError) {
    precondition(!closed && x.width == width, "npy: \(x.shape) to rows of \(width)")
    let written = withExtendedLifetime(x) {
      if precision == .f32 { return fwrite(x.buffer.baseAddress, precision.size, x.count, file) }
      let halves = x.buffer.map { Float16($0).bitPattern.littleEndian }
      return fwrite(halves, precision.size, halves.count, file)
    }
    guard written == x.count else { throw .unwritable(path: path, reason: systemReason()) }
    rows += x.rows
  }

  /// Completes the file on the disk. Without it the header says that there are no rows.
  public func close() throws(StoredError) {
    guard fseek(file, 0, SEEK_SET) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
    try write(NpyHeader.bytes(rows: rows, width: width, precision))
    let synced = fflush(file) == 0 && fsync(fileno(file)) == 0
    let reason = systemReason()
    closed = true
    guard fclose(file) == 0, synced else { throw .unwritable(path: path, reason: reason) }
  }

  private func write(_ bytes: [UInt8]) throws(StoredError) {
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw .unwritable(path: path, reason: systemReason())
    }
  }
}
