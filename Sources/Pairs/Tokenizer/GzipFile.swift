import CVips
import Files
import Foundation

/// Small files, gzipped or not.
enum GzipFile {
  /// All of a file's bytes, unzipped where it is zipped.
  static func read(_ path: String, limit: Int) throws(TokenizerError) -> [UInt8] {
    guard let file = gzopen(path, "rb") else { throw .unreadable(path: path) }
    defer { gzclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Int(gzread(file, &part, UInt32(part.count)))
      guard count >= 0 else { throw .unreadable(path: path) }
      if count == 0 { break }
      bytes += part[..<count]
      guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
    }
    return bytes
  }

  /// The text of a vocabulary's file, which is far smaller than the limit.
  static func text(_ path: String) throws(TokenizerError) -> String {
    guard let text = String(validating: try read(path, limit: 1 << 26), as: UTF8.self) else {
      throw .notText(path: path)
    }
    return text
  }

  /// Appears whole. Zipped where the path ends in `.gz`; zlib writes no date, so the same bytes give the same file.
  static func write(_ bytes: [UInt8], to path: String) throws(TokenizerError) {
    let place = AtomicFile(path)
    // "T" is zlib's word for plain.
    let mode = path.hasSuffix(".gz") ? "wb9" : "wbT"
    guard let file = gzopen(place.temporary, mode) else { throw .unwritable(path: path) }
    let written = bytes.isEmpty ? 0 : Int(gzwrite(file, bytes, UInt32(bytes.count)))
    guard gzclose(file) == Z_OK, written == bytes.count else { throw .unwritable(path: path) }
    do { try place.finish() } catch { throw .file(error) }
  }
}
