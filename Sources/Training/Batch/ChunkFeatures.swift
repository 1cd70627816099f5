import CLIP
import Engine
import Pairs

/// What the encoders make of a chunk, with its graph if the parameters learned while it was made.
struct ChunkFeatures {
  private var features: [FeatureSource: Tensor] = [:]

  /// - Parameters:
  ///   - distills: whether to give the distillation token's, of a model that has one; of a supervised one both heads'.
  ///   - lanes: by which parameters' gradients are summed.
  ///   - made: gets features as soon as they are there, the pictures' before the texts are encoded.
  init(
    _ chunk: Batch, _ model: CLIPModel, learns: Bool, recomputesBlocks: Bool = false, textDropout: Float = 0,
    distills: Bool = false, lanes: Lanes? = nil,
    made: (_ features: Tensor, _ source: FeatureSource) throws -> Void = { _, _ in }
  ) throws {
    let passes = chunk.passes(
      through: model, learns: learns, recomputesBlocks: recomputesBlocks, textDropout: textDropout, lanes: lanes)
    if model.isSupervised {
      features = chunk.products(model, passes, ofHeads: distills)
    } else {
      (features[.images], features[.distillationToken]) = chunk.imageFeatures(model, passes.images, distills: distills)
    }
    for source in [FeatureSource.images, .distillationToken, .classProducts, .headProducts] {
      if let features = features[source] { try made(features, source) }
    }
    if model.isSupervised { return }
    let texts = chunk.textFeatures(model, passes.texts)
    features[.texts] = texts
    try made(texts, .texts)
    if let wrong = chunk.hardNegativeFeatures(model, passes.texts) {
      features[.hardNegatives] = wrong
      try made(wrong, .hardNegatives)
    }
  }

  /// For backward alone: a tower that is locked isn't encoded a second time, and its numbers aren't set.
  init(
    again chunk: Batch, _ model: CLIPModel, recomputesBlocks: Bool = false, textDropout: Float = 0,
    distills: Bool = false, lanes: Lanes? = nil
  ) {
    let passes = chunk.passes(
      through: model, learns: true, recomputesBlocks: recomputesBlocks, textDropout: textDropout, lanes: lanes)
    if model.isSupervised {
      features = chunk.products(model, passes, ofHeads: distills)
      return
    }
    let unset = Tensor(shape: [chunk.count, model.configuration.embeddingWidth])
    (features[.images], features[.distillationToken]) =
      model.learns(.image) ? chunk.imageFeatures(model, passes.images, distills: distills) : (unset, nil)
    features[.texts] = model.learns(.text) ? chunk.textFeatures(model, passes.texts) : unset
    features[.hardNegatives] = model.learns(.text) ? chunk.hardNegativeFeatures(model, passes.texts) : nil
  }

  /// The features of a source; nil where they weren't asked for.
  subscript(source: FeatureSource) -> Tensor? { features[source] }

  /// Those of all sources that there are.
  var all: [Tensor] { FeatureSource.allCases.compactMap { features[$0] } }
}

extension Batch {
  private var knownImages: Tensor? { known(features.images) }
  private var knownTexts: Tensor? { known(features.texts) }

  private func known(_ numbers: [Float]) -> Tensor? {
    numbers.isEmpty ? nil : Tensor(shape: [count, numbers.count / count], numbers)
  }

  /// Needed of a locked image encoder too: the head's gradient reads its numbers.
  fileprivate func products(
    _ model: CLIPModel, _ passes: (images: Pass, texts: Pass), ofHeads: Bool
  ) -> [FeatureSource: Tensor] {
    let images = imageFeatures(model, passes.images, distills: false).images
    return ofHeads
      ? [.headProducts: model.headProducts(images, passes.texts)]
      : [.classProducts: model.classProducts(images, passes.texts)]
  }

  fileprivate func imageFeatures(
    _ model: CLIPModel, _ pass: Pass, distills: Bool
  ) -> (images: Tensor, distilled: Tensor?) {
    if let known = knownImages {
      return (features.areStates ? model.imageFeatures(ofStates: known, pass) : known, nil)
    }
    guard distills, model.hasDistillationToken else { return (model.imageFeatures(images, pass), nil) }
    let (tokens, mean) = model.tokenFeatures(images, pass)
    return (mean, tokens.ofDistillation)
  }

  fileprivate func textFeatures(_ model: CLIPModel, _ pass: Pass) -> Tensor {
    guard let known = knownTexts else { return model.textFeatures(tokens, pass) }
    return features.areStates ? model.textFeatures(ofStates: known, pass) : known
  }

  /// How the chunk goes through each tower. One of which nothing learns is evaluated: its running statistics stay and are
  /// used (OpenCLIP's freeze_bn_stats), it sees all patches, nothing is left out, and none of its blocks is made again.
  fileprivate func passes(
    through model: CLIPModel, learns: Bool, recomputesBlocks: Bool, textDropout: Float, lanes: Lanes?
  ) -> (images: Pass, texts: Pass) {
    let keys = zip(epochs, samples).map { SampleKey(seed: seed, epoch: $0, sample: $1) }
    let training = Pass(
      samples: keys, learns: learns, recomputesBlocks: recomputesBlocks, dropoutShare: textDropout, lanes: lanes)
    return (
      images: model.learns(.image) ? training : .evaluation, texts: model.learns(.text) ? training : .evaluation
    )
  }
}
