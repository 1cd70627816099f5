import Files
import Foundation

/// Appends rows to `metrics.jsonl` or its like, each with one write as soon as it exists, so that what a killed run leaves is whole.
public final class MetricsWriter {
  private let path: String
  private let descriptor: CInt

  /// Opens `path` and cuts off what lies after step `step`: rows of a run that was resumed from before them, and a row
  /// that was cut short. So the file has one row a step.
  ///
  /// - Parameter step: steps the checkpoint has done; 0 for a new run.
  public init(_ path: String, keepingThrough step: Int) throws(FileError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
    let kept = wholeRows(FileManager.default.contents(atPath: path) ?? Data(), through: step)
    guard ftruncate(descriptor, off_t(kept)) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  deinit { close(descriptor) }

  public func append(_ row: Metrics) throws(FileError) {
    try append(line: row.line)
  }

  func append(line: String) throws(FileError) {
    try writeAll(Array((line + "\n").utf8), to: descriptor, path: path)
  }
}

/// Bytes of the leading rows that are complete and of steps up to `step`.
private func wholeRows(_ file: Data, through step: Int) -> Int {
  struct Step: Decodable { let step: Int }
  var kept = 0
  while let end = file[kept...].firstIndex(of: UInt8(ascii: "\n")) {
    guard let row = try? JSONDecoder().decode(Step.self, from: file[kept..<end]), row.step <= step else { break }
    kept = end + 1
  }
  return kept
}
