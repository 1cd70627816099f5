import Files
import Foundation

/// `SHA256SUMS`, as sha256sum writes and checks it: a line a file, its digest and its name.
enum ChecksumList {
  /// - Parameter sums: digests by name, none with a line's end or a backslash in it.
  static func text(_ sums: [String: String]) -> String {
    sums.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
  }

  static func read(_ path: String) throws(CheckpointError) -> [String: String] {
    guard FileManager.default.fileExists(atPath: path) else { throw .missingFile(path) }
    let bytes: [UInt8]
    do { bytes = try ReadOnlyFile(path).readAll() } catch { throw .file(error) }
    var sums: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let (_, sum, name) = line.wholeMatch(of: /([0-9a-f]{64}) [ *](.+)/)?.output, sums[String(name)] == nil
      else {
        throw .state(path: path, reason: "a line isn't a checksum and a name")
      }
      sums[String(name)] = String(sum)
    }
    return sums
  }
}
