import Files
import Foundation
import Settings

/// One launch of a run: a row of `history.jsonl`.
///
///     {"changed":[{"before":"0.0005","key":"optimizer.learning_rate","now":"0.001"}],"command":["diagonal","train",…],
///      "from":"…/checkpoints/step-00001000","hosts":[{"host":"node1","workers":16,…}],"step":1000,
///      "time":"2026-11-27T07:40:00Z","version":"0.2.0","workers":16}
public struct Launch: Codable, Sendable, Equatable {
  public var time: String
  public var version = diagonalVersion
  public var command: [String]
  public var hosts: [HostFacts]
  public var workers: Int
  /// Steps done when the launch began.
  public var step: Int
  /// The checkpoint that it goes on from; absent where the run begins.
  public var from: String?
  /// What the launch before it set otherwise.
  public var changed: [ChangedKey]
  /// Why that isn't known, where it isn't.
  public var problem: String?

  init(_ setup: TrainingSetup, hosts: [HostFacts]) {
    time = Date().ISO8601Format()
    command = ProcessInfo.processInfo.arguments
    self.hosts = hosts
    workers = hosts.reduce(0) { $0 + $1.workers }
    step = setup.start?.state.step ?? 0
    from = setup.start?.path
    changed = setup.changes
    problem = setup.earlierProblem
  }
}

/// `history.jsonl`: a run's launches, oldest first.
public enum RunHistory {
  /// The launches that can be read.
  public static func read(_ directory: RunDirectory) -> [Launch] {
    let data = FileManager.default.contents(atPath: directory.history) ?? Data()
    return data.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Launch.self, from: $0) }
  }

  static func append(_ launch: Launch, to directory: RunDirectory) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let row = try? encoder.encode(launch) else { preconditionFailure("history: \(launch) does not encode") }
    let path = directory.history
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
    defer { close(descriptor) }
    // What a killed launch left of its row stays a line of its own.
    let cut = (FileManager.default.contents(atPath: path)?.last).map { $0 != UInt8(ascii: "\n") } ?? false
    try writeAll(Array((cut ? "\n" : "").utf8 + row + "\n".utf8), to: descriptor, path: path)
  }
}
