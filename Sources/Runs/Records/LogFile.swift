import Files
import Foundation
import Pairs

/// `log.txt`: what a run said, a line each with its time in UTC; every launch adds its own.
public final class LogFile: Sendable {
  private let path: String
  private let descriptor: CInt

  public init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  deinit { close(descriptor) }

  /// A line that can't be written is lost: no run ends for its log.
  public func append(_ line: String) {
    let text = "\(Date().formatted(.iso8601)) \(line)\n"
    try? writeAll(Array(text.utf8), to: descriptor, path: path)
  }
}

extension RunDirectory {
  public var log: String { "\(path)/log.txt" }
}

extension ProgressLine {
  /// Tells a log what a terminal would be told that isn't one.
  public convenience init(steps: Int, every: Int, log: LogFile) {
    let line = RenewingLine(terminal: false) { log.append($0.trimmingCharacters(in: .newlines)) }
    self.init(steps: steps, every: every, line: line)
  }
}
