/// `data`: the pairs, and how they are read.
public struct DataSection: Sendable {
  public var train: [DataSource] = []
  public var upsamplingFactors: UpsamplingFactors?
  public var captions: CaptionShares?
  public var hardNegatives = "hard_negatives"
  public var label: String?
  public var classes: String?
  public var exclude: String?
  public var shuffleCaptions = false
  public var order = OrderSection()
  public var encoding: String?
  public var csv = TableSection()
  public var skipLimit = 0.5
  public var tokenizer: String?
  public var features: String?
  public var augmentation = AugmentationSection()
  public var transparency = Transparency.white
  public var loaderThreads = 1
  public var picturePixels = 100_000_000
  public var pictureBytes = ByteCount(64 << 20)
  public var captionBytes = ByteCount(64 << 10)
}

/// `data.csv`: how CSV and TSV are read, and which fields of JSONL, where they don't tell by themselves.
public struct TableSection: Sendable {
  public var image: String?
  public var caption: String?
  public var separator: FieldSeparator?
  public var header: Bool?
  public var quotes = true
}

/// What becomes of the transparent parts of pictures.
public enum Transparency: String, Sendable, CaseIterable, SettingValue {
  /// White stands behind them.
  case white
  /// The colours that they hide come to light, as in OpenCLIP.
  case opaque
}

extension DataSection {
  static let keys: [RunFileKey] =
    [
      RunFileKey(
        "data.train", \.data.train, .fixed,
        "tars, folders, tables: a path or a list of them, globs and brace ranges allowed; or {from: PATH, weight: 2}",
        must: Limit("have weights above 0 and at most 1e6") { $0.allSatisfy { $0.weight > 0 && $0.weight <= 1e6 } }),
      RunFileKey(
        "data.upsampling_factors", \.data.upsamplingFactors, .fixed,
        "how often samples of each of data.train's sources are drawn: 1::2 for a::b",
        must: Limit("have factors above 0 and at most 1e6") {
          $0?.factors.allSatisfy { $0 > 0 && $0 <= 1e6 } ?? true
        }),
      RunFileKey(
        "data.captions", \.data.captions, .mayChange,
        "fields of .json, columns, txt or folder, and how often each is drawn: {caption: 0.7, alt: 0.3}",
        must: Limit("have shares from 0, and one above it") {
          $0.map { $0.fields.allSatisfy { $0.share >= 0 } && $0.fields.contains { $0.share > 0 } } ?? true
        }),
      RunFileKey(
        "data.hard_negatives", \.data.hardNegatives, .mayChange,
        "the field of .json, or the column, that holds captions which are wrong of a picture, a text or a list, for "
          + "loss.hard_negatives"),
      RunFileKey(
        "data.label", \.data.label, .fixed,
        "the field of .json, or the column, that holds a pair's class, or folder, for batch.diversity, eval zero-shot and objective supervised; null: .cls"
      ),
      RunFileKey(
        "data.classes", \.data.classes, .fixed,
        "a file of the classes that objective supervised tells apart, as eval zero-shot takes it: a JSON list, or one a line"
      ),
      RunFileKey(
        "data.exclude", \.data.exclude, .fixed,
        "a file of keys of pairs to leave out of data.train, a line each, or what `diagonal duplicates` wrote"),
      RunFileKey(
        "data.shuffle_captions", \.data.shuffleCaptions, .fixed,
        "each training picture stands with another's captions and label, by the seed: a control, from which nothing can be learned"
      ),
      RunFileKey(
        "data.encoding", \.data.encoding, .fixed,
        "of texts without a byte-order mark: latin1, cp1252, gbk, utf-16le … (iconv's names); null: UTF-8"),
    ] + TableSection.keys + OrderSection.keys + [
      RunFileKey(
        "data.skip_limit", \.data.skipLimit, .free, "share of the pairs that may be unusable before the run ends",
        must: .share),
      RunFileKey("data.tokenizer", \.data.tokenizer, .fixed, "the vocabulary that `diagonal tokenizer train` wrote"),
      RunFileKey(
        "data.features", \.data.features, .fixed,
        "what `diagonal embed` wrote of these data: its rows take the place of the towers that are locked whole, or, with "
          + "embed --before-projection, of all but their projections"),
      RunFileKey(
        "data.transparency", \.data.transparency, .fixed,
        "white: white stands behind transparent parts; opaque: their hidden colours show, as in OpenCLIP"),
      RunFileKey(
        "data.loader_threads", \.data.loaderThreads, .free, "threads per worker that decode pictures",
        must: .threads),
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

extension TableSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "data.csv.image", \.data.csv.image, .fixed,
      "the column of pictures' paths, or JSONL's field; its number from 1 where there is no header; null: guessed"),
    RunFileKey("data.csv.caption", \.data.csv.caption, .fixed, "the same for captions"),
    RunFileKey("data.csv.separator", \.data.csv.separator, .fixed, "what parts fields; null: guessed"),
    RunFileKey("data.csv.header", \.data.csv.header, .fixed, "whether the first line names columns; null: guessed"),
    RunFileKey("data.csv.quotes", \.data.csv.quotes, .fixed, "whether fields may be quoted"),
  ]
}

extension Limit<ByteCount> {
  fileprivate static let someBytes = Limit("be at least 1") { $0.bytes >= 1 }
}
