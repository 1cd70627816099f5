import CLIP
import Evaluation
import Files
import Pairs
import Settings
import Stored

/// The rows of a directory of embeddings that take the place of a run's locked towers.
struct StoredFeatures: FeatureLookup {
  /// A pair by its key, and by what of it was embedded.
  private struct Name: Hashable {
    let key: String
    let content: String
  }

  private let images: [Name: Int]?
  private let texts: [Name: Int]?
  private let imageRows: StoredRowReader?
  private let textRows: StoredRowReader?

  var hasImages: Bool { images != nil }
  var hasTexts: Bool { texts != nil }

  /// Nil where the run names none.
  ///
  /// - Throws: `TrainingError.features`, `StoredError` where what is stored can't stand for a tower of the run.
  init?(_ run: RunFile, _ configuration: ModelConfiguration, _ tokenizer: any CaptionTokenizer) throws {
    guard let path = run.data.features else { return nil }
    let store = try EmbeddingStore(path)
    let check = FeatureCheck(run: run, configuration: configuration, tokenizer: tokenizer, store: store)
    let parts = try check.parts()
    let (keys, samples) = (try store.keys, try store.samples())
    func rows(_ content: (Int) -> String?) -> [Name: Int] {
      let names = keys.indices.compactMap { row in content(row).map { (Name(key: keys[row], content: $0), row) } }
      return Dictionary(names) { first, _ in first }
    }
    images = parts.contains(.images) ? rows { samples[$0].picture } : nil
    imageRows = parts.contains(.images) ? try StoredRowReader(store, .images) : nil
    let captions = parts.contains(.texts) ? try store.captions : []
    texts = parts.contains(.texts) ? rows { samples[$0].captions?.first ?? captions[$0] } : nil
    textRows = parts.contains(.texts) ? try StoredRowReader(store, .texts) : nil
  }

  func image(key: String, picture: UInt64) throws -> [Float]? {
    try images?[Name(key: key, content: String(picture, radix: 16))].flatMap { try imageRows?.row($0) }
  }

  func text(key: String, caption: String) throws -> [Float]? {
    try texts?[Name(key: key, content: caption)].flatMap { try textRows?.row($0) }
  }
}

/// Whether stored rows are what a run's locked towers would give.
private struct FeatureCheck {
  let run: RunFile
  let configuration: ModelConfiguration
  let tokenizer: any CaptionTokenizer
  let store: EmbeddingStore

  /// What of the store stands for a tower; throws where nothing does, or where it isn't what the tower would give.
  func parts() throws -> [StoredPart] {
    let locked = [(StoredPart.images, run.model.learningImageGroups), (.texts, run.model.learningTextGroups)]
    let parts = locked.filter { $0.1 == 0 && store.manifest.parts.contains($0.0) }.map(\.0)
    guard let part = parts.first else {
      let stored = store.manifest.parts.map(\.rawValue).joined(separator: " and ")
      throw problem(
        "it holds \(stored), and no tower of these is locked whole; set model.lock_image or model.lock_text, without "
          + "unlocked groups")
    }
    guard store.manifest.precision == .f32 else {
      throw problem("it holds f16, which isn't what the tower gives; embed with --precision f32")
    }
    try requireModel(part)
    if part == .images { try requirePlainPictures() } else { try requireTexts() }
    return parts
  }

  private func problem(_ words: String) -> TrainingError {
    .features(path: store.path, problem: words)
  }

  /// The tower's parameters are those of the model that embedded.
  private func requireModel(_ part: StoredPart) throws {
    let own = part == .images ? run.model.imageFrom : run.model.textFrom
    guard let from = own ?? run.model.from, (try? ModelDirectory(from).format) != nil else {
      let key = part == .images ? "image" : "text"
      throw problem(
        "the locked tower has to start from the model directory that embedded it, by model.from or model.\(key)_from")
    }
    let model = try ModelDirectory(from).load()
    try store.require(model: model.fingerprint, width: configuration.embeddingWidth)
    var (mine, theirs) = (configuration, model.configuration)
    // The other tower is another matter, and which of its files a tokenizer lies in.
    if part == .images { theirs.text = mine.text } else { theirs.vision = mine.vision }
    (mine.text.tokenizer, theirs.text.tokenizer) = (TokenizerFields(), TokenizerFields())
    (theirs.initialLogBias, theirs.initialLogScale, theirs.customText) = (
      mine.initialLogBias, mine.initialLogScale, mine.customText
    )
    guard mine == theirs else { throw problem("the run's model.config isn't that of \(from), which embedded it") }
    guard part == .texts || model.preprocessing.interpolation == .bicubic else {
      throw problem("\(from) resizes pictures bilinearly, and training doesn't; leave data.features out")
    }
  }

  private func requirePlainPictures() throws {
    if let key = run.data.augmentation.firstVarying {
      throw problem(
        "data.augmentation.\(key) varies pictures, of which each is stored once; set it so that nothing is varied")
    }
    let background = PictureBackground(run.data.transparency).rawValue
    guard store.manifest.reading?.background ?? background == background else {
      throw problem("it was embedded with another data.transparency")
    }
  }

  private func requireTexts() throws {
    let own = Encoders.digest(of: tokenizer)
    guard store.manifest.reading?.tokenizer ?? own == own else {
      throw problem("it was embedded with another tokenizer")
    }
  }
}

extension AugmentationSection {
  /// The first key that lets a picture come out otherwise from time to time; nil where all is fixed.
  fileprivate var firstVarying: String? {
    let still: [(String, Bool)] = [
      ("crop_scale", cropScale == 1...1), ("crop_ratio", cropRatio == 1...1), ("affine_degrees", affineDegrees == 0),
      ("affine_translate", affineTranslate == 0), ("affine_scale", affineScale == 1...1),
      ("affine_shear", affineShear == 0),
      ("color_brightness", colorBrightness == 0 || colorProbability == 0),
      ("color_contrast", colorContrast == 0 || colorProbability == 0),
      ("color_saturation", colorSaturation == 0 || colorProbability == 0),
      ("color_hue", colorHue == 0 || colorProbability == 0), ("gray_probability", grayProbability == 0),
      ("flip_probability", flipProbability == 0),
    ]
    return still.first { !$0.1 }?.0
  }
}

extension TrainingSetup {
  /// What tells stored features apart: the digest of their manifest, which has that of every file.
  func featuresDigest() throws -> String {
    try run.data.features.map { sha256(try ReadOnlyFile("\($0)/\(StoreManifest.name)").readAll()) } ?? ""
  }
}
