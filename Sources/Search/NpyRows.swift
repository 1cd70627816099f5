import Engine
import Files
import Foundation

/// A matrix of float32 in NumPy's `.npy`, read in place.
///
/// - Source: NumPy's `numpy.lib.format`, versions 1.0 to 3.0.
struct NpyRows {
  /// `[rows, width]`, over the mapped file.
  let rows: Tensor

  /// - Throws: `SearchError` where the file isn't a whole matrix of little-endian float32 in C's order.
  init(_ path: String) throws(SearchError) {
    let file: NSData
    do { file = try NSData(contentsOfFile: path, options: .alwaysMapped) } catch {
      throw .unreadable(path: path, reason: readingReason(path, otherwise: "\(error.localizedDescription)"))
    }
    let header = try Header(Array(Data(referencing: file).prefix(Header.most)), path)
    let bytes = header.rows * header.width * MemoryLayout<Float>.stride
    guard file.length - header.end == bytes else {
      throw .npy(
        path: path,
        problem: "\(header.rows) × \(header.width) numbers are \(bytes) bytes, and it has "
          + "\(file.length - header.end): it isn't whole, or still being written")
    }
    let numbers = (file.bytes + header.end).assumingMemoryBound(to: Float.self)
    rows = Tensor(shape: [header.rows, header.width], over: numbers, of: file)
  }

  private struct Header {
    /// Longer ones are another's.
    static let most = 4096
    let rows: Int
    let width: Int
    /// Where the numbers begin.
    let end: Int

    init(_ bytes: [UInt8], _ path: String) throws(SearchError) {
      func wrong(_ problem: String) -> SearchError { .npy(path: path, problem: problem) }
      guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)), 1...3 ~= bytes[6] else {
        throw wrong("it isn't NumPy's .npy")
      }
      let start = bytes[6] == 1 ? 10 : 12
      let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
      end = start + length
      guard end <= bytes.count else { throw wrong("its header has \(length) bytes, which is no matrix's") }
      let text = String(decoding: bytes[start..<end], as: UTF8.self)
      guard end % 4 == 0, text.contains("'descr': '<f4'"), text.contains("'fortran_order': False") else {
        throw wrong(
          "its header is \(text.trimmingCharacters(in: .whitespacesAndNewlines)), expected float32, row after row")
      }
      guard let shape = text.firstMatch(of: /'shape':\s*\((\d+),\s*(\d+)\)/), let rows = Int(shape.1),
        let width = Int(shape.2), width > 0, rows < 1 << 40, width < 1 << 20
      else { throw wrong("its shape isn't (rows, width)") }
      (self.rows, self.width) = (rows, width)
    }
  }
}
