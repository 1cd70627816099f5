/// `data`: the pairs, and how they are read.
public struct DataSection: Sendable {
  public var train: [String] = []
  public var tokenizer: String?
  public var augmentation = AugmentationSection()
  public var loaderThreads = 1
  public var picturePixels = 100_000_000
  public var pictureBytes = ByteCount(64 << 20)
  public var captionBytes = ByteCount(64 << 10)
}

extension DataSection {
  static let keys: [RunFileKey] =
    [
      RunFileKey("data.train", \.data.train, .fixed, "shards: a path or a list of them, brace ranges allowed"),
      RunFileKey("data.tokenizer", \.data.tokenizer, .fixed, "the vocabulary that `diagonal tokenizer train` wrote"),
      RunFileKey(
        "data.loader_threads", \.data.loaderThreads, .free, "threads per worker that decode pictures", must: .count),
      RunFileKey(
        "data.picture_pixels", \.data.picturePixels, .mayChange, "pictures of more pixels are left out", must: .count),
      RunFileKey(
        "data.picture_bytes", \.data.pictureBytes, .mayChange, "picture files of more bytes are left out",
        must: .someBytes),
      RunFileKey(
        "data.caption_bytes", \.data.captionBytes, .mayChange, "pairs with a caption of more bytes are left out",
        must: .someBytes),
    ] + AugmentationSection.keys
}

extension Limit<ByteCount> {
  fileprivate static let someBytes = Limit("be at least 1") { $0.bytes >= 1 }
}
