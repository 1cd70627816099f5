import Files
import Foundation

/// A file of events that grows: each is written with one write, so what a killed run leaves is whole but for its end.
final class EventFile {
  private let path: String
  private let descriptor: CInt

  /// Makes a new file in a directory for a launch, and takes from files of earlier launches what lies after `step`: each
  /// step is in one file alone.
  ///
  /// - Parameter step: steps that the launch goes on from.
  init(in directory: String, after step: Int, time: Double) throws {
    try makeDirectories(directory)
    for name in try Self.names(in: directory) { try Self.cut("\(directory)/\(name)", through: step) }
    path = "\(directory)/" + String(format: "%@%010.0f.%d.diagonal", Self.prefix, time, getpid())
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError.unwritable(path: path, reason: systemReason()) }
    try append(.version(time))
    try append(.start(time, step: step + 1))
  }

  deinit { close(descriptor) }

  static let prefix = "events.out.tfevents."

  func append(_ event: Event) throws(FileError) {
    try writeAll(EventRecord.framed(event.bytes), to: descriptor, path: path)
  }

  /// Files of ours.
  private static func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).filter {
      $0.hasPrefix(prefix) && $0.hasSuffix(".diagonal")
    }
  }

  private static func cut(_ path: String, through step: Int) throws(FileError) {
    let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
    let kept = EventRecord.kept(bytes, through: step)
    guard kept == bytes.count || truncate(path, off_t(kept)) == 0 else {
      throw .unwritable(path: path, reason: systemReason())
    }
  }
}
