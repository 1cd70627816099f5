import Engine
import Files
import Foundation
import Settings
import Training

/// What worker 0 keeps of a run in its directory: its settings and its checkpoints.
final class CheckpointKeeper {
  private let setup: TrainingSetup
  /// Checkpoints after the one that the run starts from, passed over or left behind: kept until there is a new one.
  private var outdated: [Int]

  /// Makes the directory and writes `run.yaml`.
  init(_ setup: TrainingSetup) throws {
    self.setup = setup
    let first = setup.start?.state.step ?? 0
    try setup.directory.prepare()
    try AtomicFile.write(Data(setup.run.yaml().utf8), to: setup.directory.runFile)
    outdated = setup.directory.steps().filter { $0 > first }
  }

  /// - Parameter moments: `optimizer.wholeMoments()`
  /// - Returns: the checkpoint's path.
  func save(
    _ step: Int, _ optimizer: Optimizer, moments: (first: Tensor, second: Tensor), _ average: ParameterAverage?,
    _ samples: SampleEstimates?
  ) throws -> String {
    let directory = setup.directory
    let path = directory.checkpoint(step)
    try Checkpoint.save(
      path, setup.state(after: step), optimizer, moments: moments, setup.tokenizer, average, samples,
      card: ModelCard(setup, step: step))
    directory.remove(outdated.filter { $0 != step })
    outdated = []
    directory.prune(keep: setup.run.checkpoint.keep)
    return path
  }
}
