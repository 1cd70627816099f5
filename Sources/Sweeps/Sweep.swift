import Files
import Foundation
import Settings

/// A sweep under way: its cells, run after each other or some at a time. What is done is left alone, what was begun goes on.
public struct Sweep {
  public let file: SweepFile
  public let launch: SweepLaunch

  /// What a cell came to, as it comes to it.
  public struct Event: Sendable {
    public let cell: SweepCell
    public let done: Int
    public let of: Int
    /// Nil: it is finished.
    public let problem: String?
  }

  /// Makes the directory and keeps the sweep's file there.
  ///
  /// - Parameters:
  ///   - text: the file as it was read.
  ///   - isMarked: whether cells of other settings have other directories (`SweepCell.marked`), so that several sweeps may
  ///     share this one.
  /// - Throws: `SweepError.otherSweep`, `otherBase` where the directory holds another.
  public init(_ file: SweepFile, text: String, _ launch: SweepLaunch, isMarked: Bool = false) throws {
    (self.file, self.launch) = (file, launch)
    var seen: Set<String> = []
    if let twice = file.cells.first(where: { !seen.insert($0.name).inserted }) { throw SweepError.sameName(twice.name) }
    try makeDirectories(launch.directory)
    let kept = "\(launch.directory)/sweep.yaml"
    if !isMarked, let known = try? SweepFile(reading: kept) {
      // More levels, seeds or metrics make it the same sweep with more to do.
      guard known.base == file.base, known.set == file.set, known.equal == file.equal,
        known.factors.map(\.name) == file.factors.map(\.name)
      else { throw SweepError.otherSweep(launch.directory) }
    }
    try keepBase(isMarked: isMarked)
    try AtomicFile.write(Data(text.utf8), to: kept)
  }

  /// The run file as the first cell had it: edited since, the cells to come would be compared with other ones.
  private func keepBase(isMarked: Bool) throws {
    let (base, kept) = (try RunFile(reading: file.base).yaml(), "\(launch.directory)/base.yaml")
    if !isMarked, let known = try? RunFile(reading: kept).yaml(), known != base {
      throw SweepError.otherBase(file.base, kept: kept)
    }
    try AtomicFile.write(Data(base.utf8), to: kept)
  }

  /// - Parameters:
  ///   - cells: those to run.
  ///   - isAskedToStop: whether to save and leave; asked several times a second.
  /// - Returns: the problems, and whether all cells ran to their ends.
  public func run(
    _ cells: [SweepCell], isAskedToStop: () -> Bool, report: (Event) -> Void
  ) -> (problems: [String], isStopped: Bool) {
    var (waiting, running, problems, done) = (cells[...], [CellProcess](), [String](), 0)
    var (isStopped, isTold) = (false, false)
    while !running.isEmpty || !waiting.isEmpty && !isStopped {
      while !isStopped, running.count < launch.jobs, let next = waiting.popFirst() {
        do { running.append(try CellProcess(next, of: file, launch)) } catch {
          problems.append("\(next.name): \(error)")
        }
      }
      if !isTold && (isStopped || isAskedToStop()) {
        (isStopped, isTold) = (true, true)
        for process in running { process.stop() }
      }
      running = running.filter { process in
        guard let outcome = process.outcome() else { return true }
        done += 1
        let problem: String? =
          switch outcome {
          case .finished: nil
          case .stopped: "stopped; the same command goes on"
          case .failed(let words): words
          }
        if outcome == .stopped { isStopped = true }
        if case .failed(let words) = outcome { problems.append("\(process.cell.name): \(words)") }
        report(Event(cell: process.cell, done: done, of: cells.count, problem: problem))
        return false
      }
      Thread.sleep(forTimeInterval: 0.1)
    }
    return (problems, isStopped)
  }
}
