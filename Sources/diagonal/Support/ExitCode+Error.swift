import ArgumentParser
import Collectives
import Engine
import Evaluation
import Runs
import Settings
import Stored

extension ExitCode {
  /// Stopped on request, and saved: sysexits' EX_TEMPFAIL. The same command goes on.
  static let stopped = ExitCode(75)
  /// Wrong usage, wrong settings, and whatever else a restart of the same command would run into again.
  static let final = ExitCode(2)

  /// How a process ends for an error that isn't the command line's.
  init(of error: any Error) {
    let isFinal =
      switch error {
      case is RunFileError, is ProcessorError: true
      case StoredError.occupied, StoredError.otherEmbedding, StoredError.otherData, StoredError.differentModel,
        StoredError.otherModel, StoredError.busy, StoredError.otherBegun, StoredError.otherTokenizer,
        StoredError.states:
        true
      case CheckpointError.otherRun, CheckpointError.occupied, CheckpointError.noCheckpoint, CheckpointError.noneWhole,
        CheckpointError.noSuchStep, CheckpointError.noBest, CheckpointError.notFinite:
        true
      case EvaluationError.noStates: true
      case TrainingError.dataEnded: false
      case is TrainingError: true
      case CommunicationError.alone: true
      default: false
      }
    self = isFinal ? .final : .failure
  }
}
