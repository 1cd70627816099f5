import CLIP
import Evaluation
import Files
import Foundation
import Pairs
import Runs
import Settings

/// A run's data and models, opened anew for a report.
struct RunModels {
  let setup: TrainingSetup
  let pairs: ExamplePairs
  /// Passed over, in words.
  private(set) var problems: [String] = []

  /// - Parameter most: example pairs.
  /// - Throws: where the data can't be opened, or aren't those that the run was trained on.
  init(_ record: RunRecord, most: Int) throws {
    guard let run = record.run else { throw ReportError.noSettings(record.directory.runFile) }
    var problems: [String] = []
    let newest = record.directory.newestWhole { problems.append("passed over a checkpoint: \($0)") }
    setup = try TrainingSetup(run, workers: 1, directory: record.directory, start: newest, evaluates: false)
    pairs = try ExamplePairs(
      setup.source, seed: run.seed, most: most,
      transform: .evaluation(side: setup.configuration.vision.imageSize, mostPixels: run.data.picturePixels))
    guard pairs.count > 1 else { throw ReportError.noPairs }
    self.problems = problems
  }

  /// The newest whole checkpoint's model; nil where there is none.
  func newest() throws -> Encoders? { try setup.start.map { try Encoders(directory: $0.path) } }

  /// The model of the first checkpoint that is kept and whole, with its step; nil where that is the newest too.
  func first() throws -> (step: Int, encoders: Encoders)? {
    for step in setup.directory.steps() where step < setup.start?.state.step ?? 0 {
      let path = setup.directory.checkpoint(step)
      if (try? CheckpointFiles.verified(path)) != nil { return (step, try Encoders(directory: path)) }
    }
    return nil
  }

  /// The model as it was before the first step: drawn again from the seed, or loaded from where the run began.
  func untrained() throws -> Encoders {
    let run = setup.run
    let model = CLIPModel(
      setup.configuration, preprocessing: setup.preprocessing, locks: run.model.locks, seed: run.seed)
    _ = try run.model.load(into: model)
    return try Encoders(model: model, tokenizer: setup.tokenizer)
  }
}

/// What keeps a part of a report from being made.
enum ReportError: Error, CustomStringConvertible {
  case noSettings(String)
  case noPairs
  case foreign(path: String)
  case notFile(path: String)

  var description: String {
    switch self {
    case .noSettings(let path): "the run's settings are not known: \(path) can't be read"
    case .noPairs: "the data have less than two usable pairs of different captions"
    case .foreign(let path):
      "\(path) is there and is no report of diagonal's, which alone is replaced; move it away, or give another --out"
    case .notFile(let path): "\(path) is a link, a folder or a device; give --out a file's path"
    }
  }
}
