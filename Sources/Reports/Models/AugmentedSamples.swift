import CLIP
import Pairs
import Runs
import Settings

/// The first pairs of a run's first batch, their pictures as the model sees them.
struct AugmentedSamples {
  let pictures: [Picture]
  /// Their pairs' first captions.
  let captions: [String]

  /// - Parameter count: pairs, or the whole batch where it is smaller.
  init(_ setup: TrainingSetup, count: Int) throws {
    let length = setup.configuration.text.contextLength
    let (tokenizer, count) = (setup.tokenizer, min(count, setup.run.batch.size))
    let loader = BatchLoader(
      source: setup.source, order: SampleOrder(seed: setup.run.seed, setup.mixture),
      transform: .training(
        side: setup.configuration.vision.imageSize, augmentation: Augmentation(setup.run.data.augmentation),
        mostPixels: setup.run.data.picturePixels),
      contextLength: length, threads: 0, tokenize: { tokenizer.tokens($0, contextLength: length) },
      chunks: { $0 == 0 ? Array(0..<count) : nil })
    guard let batch = try loader.next() else { throw ReportError.noPairs }
    let size = batch.side * batch.side * 3
    pictures = (0..<batch.count).map { number in
      let pixels = Array(batch.images[number * size..<(number + 1) * size])
      return Picture(width: batch.side, height: batch.side, pixels: pixels)
    }
    captions = try batch.samples.map { try setup.source.pairWithoutImage(at: $0).captions.first ?? "" }
  }
}
