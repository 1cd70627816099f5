import CKernels

/// Rows in half or a quarter of f32's memory, for a search to go through.
///
/// Their products with a query are those of the rows within `error` for a query of length 1.
package struct CompactRows {
  package enum Form: Sendable {
    /// IEEE's half precision.
    case f16
    /// Bytes from −127 to 127, with a scale each row.
    case int8

    var size: Int { self == .f16 ? 2 : 1 }
  }

  package let count: Int
  package let width: Int
  /// The largest distance of a row from what is kept of it.
  package let error: Float
  private let form: Form
  private let numbers: [UInt8]
  /// `[count]` of bytes; none of f16.
  private let scales: [Float]

  /// - Parameter rows: gives some of the rows, `[range.count, width]`, f32 and finite; each is asked for once, on several threads.
  package init(_ count: Int, _ width: Int, as form: Form, of rows: (Range<Int>) -> Tensor) {
    (self.count, self.width, self.form) = (count, width, form)
    let blocks = (count + Self.atOnce - 1) / Self.atOnce
    var gaps = [Float](repeating: 0, count: blocks)
    var scales = [Float](repeating: 0, count: form == .int8 ? count : 0)
    numbers = gaps.withUnsafeMutableBufferPointer { gaps in
      scales.withUnsafeMutableBufferPointer { scales in
        let (gaps, scales) = (gaps.baseAddress, scales.baseAddress)
        return [UInt8](unsafeUninitializedCapacity: count * width * form.size) { numbers, filled in
          filled = count * width * form.size
          guard let gaps, let numbers = UnsafeMutableRawPointer(numbers.baseAddress) else { return }
          inParallel(blocks, atLeast: 4) { part in
            for block in part {
              let range = block * Self.atOnce..<min(count, (block + 1) * Self.atOnce)
              gaps[block] = form.keep(
                rows(range), numbers + range.lowerBound * width * form.size, scales.map { $0 + range.lowerBound })
            }
          }
        }
      }
    }
    (self.scales, error) = (scales, gaps.max() ?? 0)
  }

  private static let atOnce = 256

  /// Some of the rows as they are kept, `[range.count, width]` in f32.
  package func widened(_ range: Range<Int>) -> Tensor {
    let y = Tensor(shape: [range.count, width])
    withNumbers(range) { numbers, scales in form.widen(numbers, scales, into: y) }
    return y
  }

  /// The products of some of the rows, as they are kept, with one vector.
  ///
  /// - Parameters:
  ///   - query: `[width]`, f32.
  ///   - scores: `[range.count]`, f32: what is written.
  package func scores(_ range: Range<Int>, _ query: Tensor, into scores: Tensor) {
    precondition(
      query.count == width && scores.count == range.count && range.upperBound <= count,
      "compact rows: \(range) of \(count) × \(width), query \(query.shape), scores \(scores.shape)")
    withNumbers(range) { numbers, scales in
      switch form {
      case .f16:
        ck.half_row_scores(
          scores.pointer, numbers.assumingMemoryBound(to: UInt16.self), query.pointer, range.count, width)
      case .int8:
        ck.byte_row_scores(
          scores.pointer, numbers.assumingMemoryBound(to: Int8.self), scales, query.pointer, range.count, width)
      }
    }
  }

  private func withNumbers(_ range: Range<Int>, _ body: (UnsafeRawPointer, UnsafePointer<Float>?) -> Void) {
    numbers.withUnsafeBytes { bytes in
      scales.withUnsafeBufferPointer { scales in
        guard let first = bytes.baseAddress else { return }
        body(first + range.lowerBound * width * form.size, scales.baseAddress.map { $0 + range.lowerBound })
      }
    }
  }
}

extension CompactRows.Form {
  /// Keeps some rows.
  ///
  /// - Returns: the largest distance of one from what is kept of it.
  fileprivate func keep(
    _ rows: Tensor, _ numbers: UnsafeMutableRawPointer, _ scales: UnsafeMutablePointer<Float>?
  ) -> Float {
    switch self {
    case .f16: ck.narrow_halves(numbers.assumingMemoryBound(to: UInt16.self), rows.pointer, rows.count)
    case .int8:
      ck.narrow_bytes(numbers.assumingMemoryBound(to: Int8.self), scales, rows.pointer, rows.rows, rows.width)
    }
    let kept = Tensor(shape: rows.shape)
    widen(numbers, scales, into: kept)
    return ck.largest_gap(kept.pointer, rows.pointer, rows.rows, rows.width)
  }

  fileprivate func widen(_ numbers: UnsafeRawPointer, _ scales: UnsafePointer<Float>?, into y: Tensor) {
    switch self {
    case .f16: ck.widen_halves(y.pointer, numbers.assumingMemoryBound(to: UInt16.self), y.count)
    case .int8: ck.widen_bytes(y.pointer, numbers.assumingMemoryBound(to: Int8.self), scales, y.rows, y.width)
    }
  }
}

/// The product of two vectors, each a row of a tensor.
package func dot(_ x: Tensor, _ i: Int, _ y: Tensor, _ j: Int) -> Float {
  precondition(x.width == y.width && i < x.rows && j < y.rows, "dot: row \(i) of \(x.shape), row \(j) of \(y.shape)")
  return ck.dot(x.pointer + i * x.width, y.pointer + j * y.width, x.width)
}
