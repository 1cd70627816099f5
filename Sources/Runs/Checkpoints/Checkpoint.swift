import CLIP
import Engine
import Files
import Foundation
import Pairs
import Training

/// A checkpoint: a model directory, plus what AdamW remembers, plus the parameters' average as a model directory of its
/// own.
enum Checkpoint {
  /// Writes a checkpoint beside its place, then gives it its name.
  static func save(
    _ path: String, _ state: CheckpointState, _ snapshot: Snapshot, _ tokenizer: any CaptionTokenizer, card: ModelCard
  ) throws {
    try AtomicDirectory.write(path) { temporary in
      func write(_ values: Tensor?, to path: String) throws {
        try ModelDirectory(path).save(snapshot.model, values: values, with: tokenizer)
        try card.write(into: path)
      }
      try write(nil, to: temporary)
      if let average = snapshot.average {
        let directory = "\(temporary)/\(CheckpointFiles.averageName)"
        try makeDirectories(directory)
        try write(average, to: directory)
      }
      try ParameterFile.write(
        blocks(snapshot.moments), of: snapshot.model.parameters, to: "\(temporary)/\(CheckpointFiles.optimizerName)")
      try snapshot.samples?.save(in: temporary)
      try CheckpointFiles.seal(temporary, state)
    }
  }

  static func load(_ path: String, into optimizer: Optimizer) throws {
    try ModelDirectory(path).loadWeights(into: optimizer.model)
    let parameters = optimizer.model.parameters
    let moments = (first: parameters.emptyBlock(), second: parameters.emptyBlock())
    try ParameterFile.read(blocks(moments), of: parameters, from: "\(path)/\(CheckpointFiles.optimizerName)")
    optimizer.setMoments(first: moments.first, second: moments.second)
  }

  /// Does nothing where the checkpoint has no average: one that begins there begins at the checkpoint's own values.
  static func load(_ path: String, into average: ParameterAverage, of model: CLIPModel) throws {
    let file = ModelDirectory("\(path)/\(CheckpointFiles.averageName)").weightsPath
    guard FileManager.default.fileExists(atPath: file) else { return }
    try ParameterFile.read([("", average.values)], of: model.parameters, from: file)
    try model.requireFinite(values: average.values, of: file)
  }

  private static func blocks(_ moments: (first: Tensor, second: Tensor)) -> [(prefix: String, block: Tensor)] {
    [("first_moment.", moments.first), ("second_moment.", moments.second)]
  }
}

extension Parameters {
  /// For what learns, all zero.
  fileprivate func emptyBlock() -> Tensor { Tensor(shape: [learnedCount], repeating: 0) }
}
