import CLIP
import Engine
import Pairs

/// A checkpoint: a model directory, plus what AdamW remembers.
enum Checkpoint {
  private static let optimizerFile = "training_state.safetensors"

  static func save(_ path: String, _ state: CheckpointState, _ optimizer: Optimizer, _ tokenizer: Tokenizer) throws {
    try AtomicDirectory.write(path) { temporary in
      let directory = ModelDirectory(temporary)
      try directory.save(optimizer.model)
      try tokenizer.write(to: directory.tokenizerPath)
      try ParameterFile.write(
        moments(optimizer), of: optimizer.model.parameters, to: temporary + "/" + optimizerFile)
      try CheckpointFiles.seal(temporary, state)
    }
  }

  static func load(_ path: String, into optimizer: Optimizer) throws {
    try ModelDirectory(path).loadWeights(into: optimizer.model)
    try ParameterFile.read(moments(optimizer), of: optimizer.model.parameters, from: path + "/" + optimizerFile)
  }

  private static func moments(_ optimizer: Optimizer) -> [(prefix: String, block: Tensor)] {
    [("first_moment.", optimizer.firstMoment), ("second_moment.", optimizer.secondMoment)]
  }
}
