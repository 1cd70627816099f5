import Foundation

/// The head of NumPy's `.npy` over a matrix of floats, row after row, little-endian.
///
/// - Source: NumPy's `numpy.lib.format`, versions 1.0 to 3.0.
package struct NpyHeader: Equatable, Sendable {
  /// Longer ones are another's.
  static let most = 4096

  let precision: StoredPrecision
  let rows: Int
  let width: Int
  /// Where the numbers begin.
  let end: Int

  /// Bytes of the whole file.
  var bytes: Int { end + rows * width * precision.size }

  /// - Parameter bytes: the file's first, `most` or all of them.
  init(_ bytes: [UInt8], _ path: String) throws(StoredError) {
    func wrong(_ problem: String) -> StoredError { .npy(path: path, problem: problem) }
    guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)), 1...3 ~= bytes[6] else {
      throw wrong("it isn't NumPy's .npy")
    }
    let start = bytes[6] == 1 ? 10 : 12
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    end = start + length
    guard end <= bytes.count else { throw wrong("its header has \(length) bytes, which is no matrix's") }
    let text = String(decoding: bytes[start..<end], as: UTF8.self)
    let kind = text.firstMatch(of: /'descr':\s*'<(f4|f2)'/).map { $0.1 == "f4" ? StoredPrecision.f32 : .f16 }
    guard let kind, end % 4 == 0, text.contains("'fortran_order': False") else {
      throw wrong(
        "its header is \(text.trimmingCharacters(in: .whitespacesAndNewlines)), expected float32 or float16, "
          + "row after row")
    }
    guard let shape = text.firstMatch(of: /'shape':\s*\((\d+),\s*(\d+)\)/), let rows = Int(shape.1),
      let width = Int(shape.2), width > 0, rows < 1 << 40, width < 1 << 20
    else { throw wrong("its shape isn't (rows, width)") }
    (precision, self.rows, self.width) = (kind, rows, width)
  }

  /// The head of a file that is written: 128 bytes, of which the dictionary takes at most 95, so that the numbers begin at a
  /// multiple of 64 whatever the shape.
  package static func bytes(rows: Int, width: Int, _ precision: StoredPrecision = .f32) -> [UInt8] {
    let type = precision == .f32 ? "<f4" : "<f2"
    let dictionary = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(rows), \(width)), }"
    let length = 128 - 10
    let text = dictionary + String(repeating: " ", count: length - 1 - dictionary.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length), 0] + Array(text.utf8)
  }
}
