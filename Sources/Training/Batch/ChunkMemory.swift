import CLIP
import Engine
import Pairs

/// What one pair's graph holds from forward to backward, found by encoding a few pairs.
///
/// The numbers of bytes don't depend on the machine, the data or the number of workers, so a chunk chosen by them
/// doesn't either.
package struct ChunkMemory {
  package let imageBytes: Int
  package let textBytes: Int

  package var bytesPerPair: Int { max(1, imageBytes + textBytes) }

  /// - Parameters:
  ///   - captionTokens: of every caption, its end included; nil: as many as can be.
  ///   - hardNegatives: wrong captions that are encoded beside each pair's own.
  package init(
    _ configuration: ModelConfiguration, element: Element, locks: TowerLocks = TowerLocks(),
    checkpointsBlocks: Bool = false, captionTokens: Int? = nil, hardNegatives: Int = 0
  ) {
    let model = CLIPModel(configuration, locks: locks)
    model.parameters.store(as: element)
    self.init(
      of: model, checkpointsBlocks: checkpointsBlocks, captionTokens: captionTokens, hardNegatives: hardNegatives)
  }

  /// The same of a model that is there.
  package init(
    of model: CLIPModel, checkpointsBlocks: Bool = false, captionTokens: Int? = nil, hardNegatives: Int = 0
  ) {
    let length = model.configuration.text.contextLength
    let tokens = min(captionTokens ?? length, length)
    func bytes(_ pairs: Int) -> (images: Int, texts: Int) {
      let chunk = Batch(
        uniform: pairs, model.configuration, captionTokens: tokens, hardNegatives: hardNegatives)
      return Self.graphBytes(chunk, model, checkpointsBlocks: checkpointsBlocks)
    }
    let (few, more) = (bytes(2), bytes(4))
    (imageBytes, textBytes) = ((more.images - few.images) / 2, (more.texts - few.texts) / 2)
  }

  /// The most pairs whose graph, with an eighth more for what backward holds at a time, fits into `budget`.
  package func pairs(within budget: Int) -> Int { max(1, budget / (bytesPerPair + bytesPerPair / 8)) }

  private static func graphBytes(
    _ chunk: Batch, _ model: CLIPModel, checkpointsBlocks: Bool
  ) -> (images: Int, texts: Int) {
    let before = LiveBytes.now
    var between = before
    let graph = try? ChunkFeatures(chunk, model, learns: true, recomputesBlocks: checkpointsBlocks) { _, source in
      if ![.texts, .hardNegatives].contains(source) { between = LiveBytes.now }
    }
    return withExtendedLifetime(graph) { (between - before, LiveBytes.now - between) }
  }
}

/// What a process takes from the system to bring a chunk forward and backward: its graph, what backward holds at a
/// time, and memory that lies idle since no later tensor has its size.
///
///     bytes = beside + pairs · bytesPerPair
package struct PassMemory {
  package let bytesPerPair: Int
  package let bytesBeside: Int
  /// What gradients take where a bucket is let go of as soon as it has all of its.
  package let gradientBytes: Int

  package init(
    _ configuration: ModelConfiguration, element: Element, locks: TowerLocks, checkpointsBlocks: Bool,
    captionTokens: Int, hardNegatives: Int = 0
  ) {
    let model = CLIPModel(configuration, locks: locks)
    model.parameters.store(as: element)
    let block = Tensor(shape: [model.parameters.collectedCount])
    func chunk(_ pairs: Int) -> Batch {
      Batch(uniform: pairs, configuration, captionTokens: captionTokens, hardNegatives: hardNegatives)
    }
    func bytes(_ pairs: Int) -> Int {
      Self.bytes(chunk(pairs), model, checkpointsBlocks) { model.parameters.part($0, of: block) }
    }
    let (few, more) = (bytes(4), bytes(8))
    bytesPerPair = (more - few) / 4
    bytesBeside = max(0, few - 4 * bytesPerPair)
    gradientBytes = max(0, Self.bytesLettingGo(chunk(4), model, checkpointsBlocks) - few)
  }

  private static func bytesLettingGo(_ chunk: Batch, _ model: CLIPModel, _ checkpointsBlocks: Bool) -> Int {
    let buckets = Buckets(model.parameters.layout)
    let block = BucketedGradients(buckets)
    var openBuckets = OpenBuckets(buckets, of: model.parameters)
    let finished: (Gradient) -> Void = { if let bucket = openBuckets.passed($0) { block.letGo(bucket) } }
    return bytes(chunk, model, checkpointsBlocks, finished: finished) { block.part($0) }
  }

  private static func bytes(
    _ chunk: Batch, _ model: CLIPModel, _ checkpointsBlocks: Bool,
    finished: ((Gradient) -> Void)? = nil, collecting place: @escaping (Parameters.Declaration) -> Tensor
  ) -> Int {
    LiveBytes.asked {
      model.parameters.collectGradients(in: place)
      defer { model.parameters.finishCollecting() }
      guard
        let features = try? ChunkFeatures(chunk, model, learns: true, recomputesBlocks: checkpointsBlocks)
      else { return }
      try? backward(
        features.all.map { (tensor: $0, gradient: Tensor(shape: $0.shape, repeating: 1)) },
        finished: finished)
    }.bytes
  }
}
