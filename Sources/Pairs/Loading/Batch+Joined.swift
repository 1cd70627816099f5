extension Batch {
  /// Several batches' pairs as one, in order.
  ///
  /// - Parameter parts: at least one; all of one run, of one kind, and several only without wrong captions.
  public init(joining parts: [Batch]) {
    let first = parts[0]
    guard parts.count > 1 else {
      self = first
      return
    }
    precondition(first.hardNegatives.each == 0, "batch: \(parts.count) with wrong captions joined")
    var features = first.features
    features.images = parts.flatMap(\.features.images)
    features.texts = parts.flatMap(\.features.texts)
    self.init(
      images: parts.flatMap(\.images), tokens: parts.flatMap(\.tokens), samples: parts.flatMap(\.samples),
      pictures: parts.flatMap(\.pictures), labels: parts.flatMap(\.labels), epochs: parts.flatMap(\.epochs),
      seed: first.seed, side: first.side, contextLength: first.contextLength, features: features,
      skipped: parts.flatMap(\.skipped))
  }
}
