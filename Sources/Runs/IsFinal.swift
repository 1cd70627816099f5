import Collectives
import Engine
import Evaluation
import Settings
import Stored

/// Whether a restart of the same command would run into an error again, as into wrong settings: a process then ends with exit
/// code 2, else with 1.
public func isFinal(_ error: any Error) -> Bool {
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
}
