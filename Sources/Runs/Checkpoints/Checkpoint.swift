import CLIP
import Engine
import Files
import Foundation
import Pairs
import Training

/// A checkpoint: a model directory, plus what AdamW remembers, plus the parameters' average as a model directory of its
/// own.
enum Checkpoint {
  private static let optimizerFile = "training_state.safetensors"
  private static let averageDirectory = "ema"

  /// - Parameter moments: `optimizer.wholeMoments()`
  static func save(
    _ path: String, _ state: CheckpointState, _ optimizer: Optimizer, moments: (first: Tensor, second: Tensor),
    _ tokenizer: any CaptionTokenizer, _ average: ParameterAverage?, _ samples: SampleEstimates? = nil,
    card: ModelCard? = nil
  ) throws {
    try AtomicDirectory.write(path) { temporary in
      func write(_ values: Tensor?, to path: String) throws {
        try ModelDirectory(path).save(optimizer.model, values: values, with: tokenizer)
        try card?.write(into: path)
      }
      try write(nil, to: temporary)
      if let average {
        try makeDirectories(temporary + "/" + averageDirectory)
        try write(average.values, to: temporary + "/" + averageDirectory)
      }
      try ParameterFile.write(
        blocks(moments), of: optimizer.model.parameters, to: temporary + "/" + optimizerFile)
      try samples?.save(in: temporary)
      try CheckpointFiles.seal(temporary, state)
    }
  }

  static func load(_ path: String, into optimizer: Optimizer) throws {
    try ModelDirectory(path).loadWeights(into: optimizer.model)
    let parameters = optimizer.model.parameters
    let moments = (first: parameters.emptyBlock(), second: parameters.emptyBlock())
    try ParameterFile.read(blocks(moments), of: parameters, from: path + "/" + optimizerFile)
    optimizer.setMoments(first: moments.first, second: moments.second)
  }

  /// Does nothing where the checkpoint has no average: one that begins there begins at the checkpoint's own values.
  static func load(_ path: String, into average: ParameterAverage, of model: CLIPModel) throws {
    let file = ModelDirectory(path + "/" + averageDirectory).weightsPath
    guard FileManager.default.fileExists(atPath: file) else { return }
    try ParameterFile.read([("", average.values)], of: model.parameters, from: file)
  }

  private static func blocks(_ moments: (first: Tensor, second: Tensor)) -> [(prefix: String, block: Tensor)] {
    [("first_moment.", moments.first), ("second_moment.", moments.second)]
  }
}

extension Parameters {
  /// For what learns, all zero.
  fileprivate func emptyBlock() -> Tensor { Tensor(shape: [learnedCount], repeating: 0) }
}
