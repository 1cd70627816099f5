import Engine
import Files

/// Rows of one file, mapped rather than read: who goes through them touches what he needs, and memory keeps it for the next.
public struct StoredShard {
  public let path: String
  let header: NpyHeader
  private let file: MappedFile

  /// Maps a file.
  ///
  /// - Throws: `StoredError` where it isn't a whole matrix of little-endian floats in C's order.
  init(_ path: String) throws(StoredError) {
    do { file = try MappedFile(path) } catch { throw .unreadable(path: path, reason: error.reason) }
    let bytes = file.bytes
    header = try NpyHeader(Array(bytes.prefix(NpyHeader.most)), path)
    guard bytes.count == header.bytes else {
      throw .npy(
        path: path,
        problem: "\(header.rows) × \(header.width) numbers are \(header.bytes - header.end) bytes, and it has "
          + "\(bytes.count - header.end): it isn't whole, or still being written")
    }
    self.path = path
  }

  public var precision: StoredPrecision { header.precision }
  /// How many rows.
  public var count: Int { header.rows }
  /// Numbers in a row.
  public var width: Int { header.width }

  /// The numbers as they lie in the file, `[count, width]` of `precision`; valid while the shard lives.
  public var bytes: UnsafeRawPointer {
    guard let start = file.bytes.baseAddress else { preconditionFailure("stored shard: a file without bytes") }
    return start + header.end
  }

  /// Some of the rows as f32: in place where they are stored so, else widened, which is exact.
  ///
  /// - Returns: `[range.count, width]`; a mapped one is only to be read.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows: \(range) of \(count)")
    let first = bytes + range.lowerBound * width * precision.size
    if precision == .f32 {
      return Tensor(shape: [range.count, width], over: first.assumingMemoryBound(to: Float.self), of: file)
    }
    let wide = Tensor(shape: [range.count, width])
    copy(range, into: wide)
    return wide
  }

  /// Copies some of the rows, widened to f32.
  func copy(_ range: Range<Int>, into rows: Tensor) {
    precondition(rows.count == range.count * width, "copy: \(range) of width \(width) into \(rows.shape)")
    let first = bytes + range.lowerBound * width * precision.size
    withExtendedLifetime((rows, file)) {
      guard let target = rows.buffer.baseAddress else { return }
      switch precision {
      case .f32: target.update(from: first.assumingMemoryBound(to: Float.self), count: rows.count)
      case .f16: widen(first.assumingMemoryBound(to: UInt16.self), into: target, count: rows.count)
      }
    }
  }
}

/// Halves to f32, exactly. In integers and one product, which the optimizer makes vector instructions of.
///
///     x = ± (the lower 15 bits, moved to f32's place) · 2¹¹²
private func widen(_ halves: UnsafePointer<UInt16>, into floats: UnsafeMutablePointer<Float>, count: Int) {
  let scale = Float(bitPattern: (127 + 112) << 23)
  for i in 0..<count {
    let half = UInt32(UInt16(littleEndian: halves[i]))
    let size = (Float(bitPattern: (half & 0x7FFF) << 13) * scale).bitPattern
    // Infinity and NaN have an exponent that the product doesn't reach.
    let special: UInt32 = half & 0x7C00 == 0x7C00 ? 0x7F80_0000 : 0
    floats[i] = Float(bitPattern: size | special | (half & 0x8000) << 16)
  }
}
