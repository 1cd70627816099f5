import Files
import Foundation

/// Appends what isn't used of some data to `skipped.jsonl`, each once: what an earlier launch has written isn't written
/// again.
public final class SkipWriter {
  private let path: String
  private let descriptor: CInt
  private var written: Set<String>

  /// Opens the file, or makes an empty one.
  public init(_ path: String) throws(FileError) {
    self.path = path
    written = Set(
      String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        .split(separator: "\n").map(String.init))
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  deinit { close(descriptor) }

  public func append(_ sample: SkippedSample) throws(FileError) {
    let line = sample.line
    guard written.insert(line).inserted else { return }
    try writeAll(Array((line + "\n").utf8), to: descriptor, path: path)
  }
}
