import Files
import Foundation

/// Where a run keeps what it writes.
///
///     run.yaml                     every setting, defaults included
///     metrics.jsonl                a row a step
///     workers.jsonl                a row a worker, of every `log.every`th step
///     similarities.jsonl           a row, of the same steps
///     skipped.jsonl                a row a pair that can't be used, or not all of it
///     checkpoints/step-00001000/   see CheckpointFiles
public struct RunDirectory: Sendable {
  public let path: String
  public var runFile: String { "\(path)/run.yaml" }
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
    do { try makeDirectories(checkpoints) } catch { throw .file(error) }
    for directory in [path, checkpoints] {
      AtomicDirectory.removeStale(in: directory)
      try probe(directory)
    }
  }

  public func checkpoint(_ step: Int) -> String {
    let digits = String(step)
    return "\(checkpoints)/step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// Steps of the checkpoints there are, whole or not, in rising order.
  public func steps() -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
    return names.compactMap { $0.hasPrefix("step-") ? Int($0.dropFirst(5)) : nil }.sorted()
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

  /// Removes all but the newest `count` checkpoints; nil keeps all.
  public func prune(keep count: Int?) {
    guard let count else { return }
    remove(steps().dropLast(count))
  }

  func remove(_ steps: [Int]) {
    for step in steps { try? FileManager.default.removeItem(atPath: checkpoint(step)) }
  }

  private func probe(_ directory: String) throws(CheckpointError) {
    let path = "\(directory)/\(AtomicDirectory.prefix)probe-\(getpid())"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(.unwritable(path: directory, reason: systemReason())) }
    close(descriptor)
    unlink(path)
  }
}
