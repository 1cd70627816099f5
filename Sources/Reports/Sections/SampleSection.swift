import CLIP
import Runs

/// Pictures as the model sees them in training, augmented.
struct SampleSection {
  let body: Markup

  /// - Parameter run: tells pictures of several runs apart.
  init(_ setup: TrainingSetup, count: Int = 12, run: Int) throws {
    let samples = try AugmentedSamples(setup, count: count)
    let side = setup.configuration.vision.imageSize
    let shown = try zip(samples.pictures, samples.captions).enumerated().map { number, sample -> Markup in
      let thumbnail = try Thumbnail(id: "a\(run)-\(number)", words: sample.1, sample.0)
      return "<div class=\"sample\">\(thumbnail.ownDrawing)<p>\(cut(sample.1, to: 60))</p></div>"
    }
    body = """
      <p>The first pairs of the first batch at \(side) × \(side) pixels, cropped, moved and recoloured as the run's
      data.augmentation says, each with its first caption. A caption that no longer fits its picture here is one that the
      model can't learn.</p><div class="row">\(shown)</div>

      """
  }
}
