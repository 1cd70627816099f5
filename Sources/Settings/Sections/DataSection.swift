/// `data`: the pairs, and how they are read.
public struct DataSection: Sendable {
  public var train: [String] = []
  public var tokenizer: String?
  public var augmentation = AugmentationSection()
  public var loaderThreads = 1
}

extension DataSection {
  static let keys: [RunFileKey] =
    [
      RunFileKey("data.train", \.data.train, .fixed, "shards: a path or a list of them, brace ranges allowed"),
      RunFileKey("data.tokenizer", \.data.tokenizer, .fixed, "the vocabulary that `diagonal tokenizer train` wrote"),
      RunFileKey(
        "data.loader_threads", \.data.loaderThreads, .free, "threads per worker that decode pictures", must: .count),
    ] + AugmentationSection.keys
}
