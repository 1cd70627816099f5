/// ln u of every sample's picture and caption, as `GlobalContrastiveLoss` follows it; −∞ until a sample is seen.
///
/// Every worker holds all of them, since a sample comes to another worker each epoch; what changes in a step is gathered.
public final class SampleAverages {
  public private(set) var logImages: [Float]
  public private(set) var logTexts: [Float]

  public var count: Int { logImages.count }

  /// - Parameter count: pairs of the training data.
  public init(count: Int) {
    logImages = [Float](repeating: -.infinity, count: count)
    logTexts = logImages
  }

  /// A sample that stands in the batch twice keeps its last row's.
  package func set(images: some Sequence<Float>, texts: some Sequence<Float>, of samples: some Collection<Int>) {
    for (sample, value) in zip(samples, images) { logImages[sample] = value }
    for (sample, value) in zip(samples, texts) { logTexts[sample] = value }
  }
}
