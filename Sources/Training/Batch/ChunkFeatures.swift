import CLIP
import Engine
import Pairs

/// A chunk's unit features, with their graph if the parameters learned while they were made.
struct ChunkFeatures {
  let images: Tensor
  let texts: Tensor
  /// The distillation token's features; nil where they aren't asked for.
  let distilled: Tensor?

  /// - Parameters:
  ///   - distills: whether to give the distillation token's, of a model that has one.
  ///   - made: gets features as soon as they are there, the pictures' before the texts are encoded.
  init(
    _ chunk: Batch, _ model: CLIPModel, learns: Bool, distills: Bool = false,
    made: (_ features: Tensor, _ source: FeatureSource) throws -> Void = { _, _ in }
  ) throws {
    // A locked tower's blocks aren't to be made again.
    model.parameters.learns = learns && model.learns(.image)
    (images, distilled) = chunk.imageFeatures(model, distills: distills)
    try made(images, .images)
    if let distilled { try made(distilled, .distillationToken) }
    model.parameters.learns = learns && model.learns(.text)
    texts = model.textFeatures(chunk.tokens, mode: chunk.mode(.text, of: model))
    try made(texts, .texts)
  }

  /// For backward alone: a tower that is locked isn't encoded a second time, and its numbers aren't set.
  init(again chunk: Batch, _ model: CLIPModel, distills: Bool = false) {
    model.parameters.learns = true
    let unset = Tensor(shape: [chunk.count, model.configuration.embeddingWidth])
    (images, distilled) = model.learns(.image) ? chunk.imageFeatures(model, distills: distills) : (unset, nil)
    texts = model.learns(.text) ? model.textFeatures(chunk.tokens, mode: chunk.mode(.text, of: model)) : unset
  }

  /// The features of a source; nil where they weren't asked for.
  subscript(source: FeatureSource) -> Tensor? {
    switch source {
    case .images: images
    case .texts: texts
    case .distillationToken: distilled
    }
  }
}

extension Batch {
  fileprivate func imageFeatures(_ model: CLIPModel, distills: Bool) -> (images: Tensor, distilled: Tensor?) {
    let mode = mode(.image, of: model)
    guard distills, model.hasDistillationToken else { return (model.imageFeatures(images, mode: mode), nil) }
    let (tokens, mean) = model.tokenFeatures(images, mode: mode)
    return (mean, tokens.ofDistillation)
  }

  /// A tower of which nothing learns is one to be evaluated: its running statistics stay and are used (OpenCLIP's
  /// freeze_bn_stats), and it sees all patches.
  fileprivate func mode(_ tower: Tower, of model: CLIPModel) -> EncodingMode {
    guard model.learns(tower) else { return .evaluation }
    return .training(samples: zip(epochs, samples).map { SampleKey(seed: seed, epoch: $0, sample: $1) })
  }
}
