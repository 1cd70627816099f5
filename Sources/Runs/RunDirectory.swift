import Files
import Foundation

/// Where a run keeps what it writes.
///
///     run.yaml                     every setting, defaults included
///     history.jsonl                a row a launch
///     metrics.jsonl                a row a step
///     workers.jsonl                a row a worker, of every `log.every`th step
///     similarities.jsonl           a row, of the same steps
///     evaluations.jsonl            a row an evaluation, where there are some
///     evaluation_items.jsonl       a row an evaluation: what each item counted for
///     skipped.jsonl                a row a pair that can't be used, or not all of it
///     checkpoints/step-00001000/   see CheckpointFiles
public struct RunDirectory: Sendable {
  public let path: String
  public var runFile: String { "\(path)/run.yaml" }
  public var history: String { "\(path)/history.jsonl" }
  public var metrics: String { "\(path)/metrics.jsonl" }
  public var workers: String { "\(path)/workers.jsonl" }
  public var similarities: String { "\(path)/similarities.jsonl" }
  public var skipped: String { "\(path)/skipped.jsonl" }
  public var checkpoints: String { "\(path)/checkpoints" }

  /// Names the directory; touches nothing.
  public init(_ path: String) { self.path = path }

  /// Makes the directory, makes sure that files can be written in it, and clears what a killed run left half written.
  /// For one worker, before training.
  public func prepare() throws(CheckpointError) {
    do {
      try makeDirectories(checkpoints)
      // To open a pipe would be to wait for who reads it.
      let records = [runFile, history, metrics, workers, similarities, evaluations, evaluationItems, skipped]
      for file in records + [log] { try requireRegular(file) }
    } catch { throw .file(error) }
    AtomicDirectory.removeStale(in: path) { ["run.yaml", "report.html", Self.probeName].contains($0) }
    AtomicDirectory.removeStale(in: checkpoints) { Self.step(named: $0) != nil || $0 == Self.probeName }
    for directory in [path, checkpoints] { try probe(directory) }
  }

  public func checkpoint(_ step: Int) -> String { "\(checkpoints)/\(Self.name(of: step))" }

  private static func name(of step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// The step of a checkpoint of this name; nil for a name that isn't a checkpoint's, as `step-99`.
  static func step(named name: String) -> Int? {
    guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), self.name(of: step) == name else { return nil }
    return step
  }

  /// Steps of the checkpoints there are, whole or not, in rising order.
  public func steps() -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
    return names.compactMap(Self.step(named:)).sorted()
  }

  /// The newest checkpoint whose files are all as they were saved.
  ///
  /// - Parameter report: is told of each broken one passed over.
  public func newestWhole(report: (CheckpointError) -> Void) -> RunStart? {
    for step in steps().reversed() {
      do throws(CheckpointError) {
        return RunStart(path: checkpoint(step), state: try CheckpointFiles.verified(checkpoint(step)))
      } catch { report(error) }
    }
    return nil
  }

  private static let probeName = "probe"

  private func probe(_ directory: String) throws(CheckpointError) {
    let path = "\(directory)/\(AtomicDirectory.prefix)probe-\(getpid())-\(Self.probeName)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(.unwritable(path: directory, reason: systemReason())) }
    close(descriptor)
    unlink(path)
  }
}
