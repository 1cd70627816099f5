import Foundation
import Runs
import Training

/// Writes a run's numbers for TensorBoard into `tensorboard/` of its directory, while it trains.
public final class TensorBoardObserver: RunObserver {
  private var file: EventFile?
  private var noise = NoiseAverage()

  public init() {}

  public func started(_ setup: TrainingSetup) throws {
    let directory = setup.directory
    // The records are cut off by now where the run goes on.
    let kept = JSONLines<StepOfRow>(directory.metrics).rows.last?.step ?? 0
    noise = NoiseAverage(after: directory.metrics)
    let now = Date().timeIntervalSince1970
    let file = try EventFile(in: "\(directory.path)/tensorboard", after: kept, time: now)
    if kept == 0 {
      try file.append(.hyperparameters(now, setup.run, name: directory.path))
      for event in try TensorBoardPictures.events(setup, time: now) { try file.append(event) }
    }
    self.file = file
  }

  public func step(_ row: Metrics, _ details: StepDetails?) throws {
    var row = row
    row.noiseScale = noise.add(signal: row.gradientSignal, noise: row.gradientNoise)
    try file?.append(.scalars(row))
    if let cosines = details?.similarities {
      let (positives, negatives) = (cosines.positives, cosines.negatives)
      try file?.append(.histograms(row.time, step: row.step, positives: positives, negatives: negatives))
    }
  }

  public func evaluated(_ row: EvaluationRow) throws { try file?.append(.evaluation(row)) }

  private struct StepOfRow: Decodable { let step: Int }
}
