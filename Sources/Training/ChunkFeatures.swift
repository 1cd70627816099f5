import CLIP
import Engine
import Pairs

/// A chunk's unit features, with their graph if the parameters learned while they were made.
struct ChunkFeatures {
  let images: Tensor
  let texts: Tensor

  /// - Parameter imagesDone: gets the pictures' features before the texts are encoded.
  init(_ chunk: Batch, _ model: CLIPModel, learns: Bool, imagesDone: (Tensor) throws -> Void = { _ in }) throws {
    model.parameters.learns = learns
    images = model.imageFeatures(chunk.images, mode: chunk.mode(.image, of: model))
    try imagesDone(images)
    texts = model.textFeatures(chunk.tokens, mode: chunk.mode(.text, of: model))
  }

  /// For backward alone: a tower that is locked isn't encoded a second time, and its numbers aren't set.
  init(again chunk: Batch, _ model: CLIPModel) {
    model.parameters.learns = true
    let unset = Tensor(shape: [chunk.count, model.configuration.embeddingWidth])
    images = model.learns(.image) ? model.imageFeatures(chunk.images, mode: chunk.mode(.image, of: model)) : unset
    texts = model.learns(.text) ? model.textFeatures(chunk.tokens, mode: chunk.mode(.text, of: model)) : unset
  }
}

extension Batch {
  /// A tower of which nothing learns is one to be evaluated: its running statistics stay and are used (OpenCLIP's
  /// freeze_bn_stats), and it sees all patches.
  fileprivate func mode(_ tower: Tower, of model: CLIPModel) -> EncodingMode {
    guard model.learns(tower) else { return .evaluation }
    return .training(samples: zip(epochs, samples).map { SampleKey(seed: seed, epoch: $0, sample: $1) })
  }
}
