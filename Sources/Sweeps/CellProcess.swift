import Files
import Foundation
import Runs
import Settings

/// A cell as `diagonal train` in a process of its own: what one cell does to memory, threads or the machine ends with it, and a
/// run of a sweep is a run like any other.
final class CellProcess {
  enum Outcome: Equatable, Sendable {
    case finished, stopped
    /// With what the cell's log says last.
    case failed(String)
  }

  let cell: SweepCell
  private let file: SweepFile
  private let launch: SweepLaunch
  private let directory: String
  private var process: Process?
  /// Nil while steps are timed whose pace is the cell's length.
  private var secondsPerStep: Double?
  private var isAsked = false

  private static let timedSteps = 12

  init(_ cell: SweepCell, of file: SweepFile, _ launch: SweepLaunch) throws {
    (self.cell, self.file, self.launch) = (cell, file, launch)
    directory = "\(launch.directory)/\(cell.name)"
    try makeDirectories(directory)
    if case .seconds = file.equal {
      secondsPerStep = try? Pace(in: directory).secondsPerStep
    } else {
      secondsPerStep = 0
    }
    try start()
  }

  /// Nil while it runs.
  func outcome() -> Outcome? {
    guard let process, !process.isRunning else { return nil }
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    switch code {
    case 0 where secondsPerStep == nil:
      // Else who has asked it to stop would wait for all of it.
      if isAsked { return .stopped }
      do {
        try settlePace()
        try start()
      } catch { return .failed("\(error)") }
      return nil
    case 0:
      try? AtomicFile.write(Data(), to: FinishedMark.path(directory))
      return .finished
    case 75: return .stopped
    // It came before it was waited for.
    case 128 + SIGUSR1 where isAsked: return .stopped
    default: return .failed(lastLine ?? "exit code \(code), and its log says nothing")
    }
  }

  /// Asks it to save after the step in hand.
  func stop() {
    isAsked = true
    if let process, process.isRunning { kill(process.processIdentifier, SIGUSR1) }
  }

  private var timing: String { "\(directory)/timing" }
  private var log: String { "\(directory)/launch.log" }

  private func start() throws {
    let process = Process()
    // Else what was started below a launcher would take itself for one of its workers.
    process.environment = ProcessInfo.processInfo.environment.filter { name, _ in
      !["OMPI_", "PMIX_", "PMI_", "PRTE_"].contains { name.hasPrefix($0) }
    }
    let command =
      launch.command + ["train", file.base] + (try overrides()) + ["--out", secondsPerStep == nil ? timing : directory]
    (process.executableURL, process.arguments) = (URL(fileURLWithPath: command[0]), Array(command.dropFirst()))
    FileManager.default.createFile(atPath: log, contents: nil)
    guard let output = FileHandle(forWritingAtPath: log) else { throw SweepError.noLog(log) }
    (process.standardOutput, process.standardError, process.standardInput) = (output, output, FileHandle.nullDevice)
    try process.run()
    self.process = process
  }

  private func overrides() throws -> [String] {
    let run = try file.run(of: cell)
    let timed = [
      SweepFile.Setting(key: "schedule.epochs", value: "null"), .init(key: "schedule.samples", value: "null"),
      .init(key: "schedule.steps", value: String(Self.timedSteps)), .init(key: "evaluation", value: "[]"),
      .init(key: "checkpoint.best", value: "null"), .init(key: "schedule.stop_when", value: "null"),
    ]
    let length = secondsPerStep.map { file.lengthSettings(run, secondsPerStep: $0) } ?? timed
    return (cell.settings + length).flatMap { ["--set", $0.override] }
  }

  /// The median of the timed steps but for the first two.
  private func settlePace() throws {
    let rows =
      (try? String(contentsOfFile: RunDirectory(timing).metrics, encoding: .utf8))?.split(separator: "\n") ?? []
    let seconds = rows.compactMap { try? JSONDecoder().decode(Metrics.self, from: Data($0.utf8)).seconds }
    let late = seconds.dropFirst(2).sorted()
    guard !late.isEmpty else { throw SweepError.noPace(cell.name) }
    let pace = Pace(secondsPerStep: late[late.count / 2])
    try pace.write(in: directory)
    try? FileManager.default.removeItem(atPath: timing)
    secondsPerStep = pace.secondsPerStep
  }

  private var lastLine: String? {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    let lines = text.split(whereSeparator: \.isNewline)
    return (lines.last { $0.hasPrefix("Error:") } ?? lines.last).map(String.init)
  }
}

/// Lies in the directory of a cell that ran to its end, however long that was.
enum FinishedMark {
  static func path(_ directory: String) -> String { "\(directory)/finished" }
}

/// What a step of a cell took when its length was settled: kept, so that a resumed sweep means the same run.
private struct Pace: Codable {
  let secondsPerStep: Double

  init(secondsPerStep: Double) { self.secondsPerStep = secondsPerStep }

  init(in directory: String) throws {
    self = try JSONDecoder().decode(Pace.self, from: Data(contentsOf: URL(fileURLWithPath: Self.path(directory))))
  }

  func write(in directory: String) throws {
    try AtomicFile.write(try JSONEncoder().encode(self), to: Self.path(directory))
  }

  private static func path(_ directory: String) -> String { "\(directory)/pace.json" }

  private enum CodingKeys: String, CodingKey { case secondsPerStep = "seconds_per_step" }
}
