import Files
import Foundation

/// Which of a run's checkpoints stay.
public struct KeepRule: Sendable, Equatable {
  /// The newest so many; nil: all.
  public var newest: Int?
  /// Those of every so many steps; nil: none besides.
  public var every: Int?
  /// These, whatever their number: the best by a validation metric.
  public var besides: Set<Int>

  public init(newest: Int?, every: Int? = nil, besides: Set<Int> = []) {
    (self.newest, self.every, self.besides) = (newest, every, besides)
  }

  /// Of these steps, in rising order, those that go.
  public func outdated(_ steps: [Int]) -> [Int] {
    guard let newest else { return [] }
    return steps.dropLast(newest).filter { step in
      !besides.contains(step) && !(every.map { step % $0 == 0 } ?? false)
    }
  }
}

extension RunDirectory {
  /// Steps of the checkpoints that this program saved under their names, whole or not. A copy by another name, a link,
  /// or a directory that only looks like one is somebody else's.
  public func ownSteps() -> [Int] { steps().filter { CheckpointFiles.isOwn(checkpoint($0), step: $0) } }

  /// Removes checkpoints that a rule doesn't keep, and returns their steps.
  @discardableResult public func prune(_ rule: KeepRule) -> [Int] {
    let outdated = rule.outdated(ownSteps())
    remove(outdated)
    return outdated
  }

  /// Removes own checkpoints of these steps. What others have put into their directories stays.
  func remove(_ steps: [Int]) {
    for step in steps where CheckpointFiles.isOwn(checkpoint(step), step: step) {
      CheckpointFiles.remove(checkpoint(step))
    }
  }

  /// Makes a checkpoint's place free where something lies that isn't the program's alone: under another name it stays.
  ///
  /// - Returns: that name.
  func setAside(_ step: Int) throws(CheckpointError) -> String? {
    let path = checkpoint(step)
    var status = stat()
    guard lstat(path, &status) == 0, !CheckpointFiles.isOwn(path, step: step) || CheckpointFiles.hasForeign(path) else {
      return nil
    }
    func name(_ number: Int) -> String { path + ".aside" + (number > 1 ? "-\(number)" : "") }
    let number = (1...).first { lstat(name($0), &status) != 0 } ?? 1
    do { try move(path, to: name(number)) } catch { throw .file(error) }
    return name(number)
  }
}
