import CLIP
import Evaluation
import Pairs
import Settings
import Stored

/// Whether stored rows are what a run's locked towers would give.
struct FeatureCheck {
  let run: RunFile
  let configuration: ModelConfiguration
  let tokenizer: any CaptionTokenizer
  let store: EmbeddingStore
  /// The fingerprint of the model that embedded what the run was trained on so far; nil where it isn't known.
  let known: String?

  /// What of the store stands for a tower; throws where nothing does, or where it isn't what the tower would give.
  func parts() throws -> [StoredPart] {
    let parts = store.manifest.parts.filter(serves)
    guard !parts.isEmpty else { throw nothingServes }
    guard store.manifest.precision == .f32 else {
      throw problem("it holds f16, which isn't what the tower gives; embed with --precision f32")
    }
    for part in parts {
      try requireWidth(part)
      try requireModel(part)
      if part == .images { try requirePlainPictures() } else { try requireTexts() }
    }
    return parts
  }

  /// Whether the rows are what nothing below them learns of.
  private func serves(_ part: StoredPart) -> Bool {
    // A supervised run reads no texts, whatever is stored of them.
    if part == .texts, configuration.text.classes != nil { return false }
    return switch learningPart(part) {
    case .nothing: true
    case .projection: store.manifest.states != nil
    case .more: false
    }
  }

  private func learningPart(_ part: StoredPart) -> LearningPart {
    configuration.learningPart(of: part.tower, run.model.locks)
  }

  private var nothingServes: TrainingError {
    let stored = store.manifest.parts.map(\.rawValue).joined(separator: " and ")
    guard !store.manifest.parts.contains(where: { learningPart($0) == .projection }) else {
      return problem(
        "it holds embeddings of \(stored), and a projection that learns takes what is before it; embed with "
          + "--before-projection")
    }
    if run.objective == .supervised, !store.manifest.parts.contains(.images) {
      return problem("it holds \(stored), and supervised training takes pictures' features; embed with --tower image")
    }
    return problem(
      "it holds \(stored), and no tower of these is locked whole; set model.lock_image or model.lock_text, without "
        + "unlocked groups, or with the projection alone for what was embedded with --before-projection")
  }

  private func problem(_ words: String) -> TrainingError {
    .features(path: store.path, problem: words)
  }

  private func requireWidth(_ part: StoredPart) throws {
    let stored = store.manifest.width(of: part)
    let own =
      store.manifest.states == nil
      ? configuration.embeddingWidth : configuration.stateWidth(of: part.tower) ?? 0
    guard stored == own else { throw StoredError.otherModel(path: store.path, stored: stored, model: own) }
  }

  /// The tower's parameters are those of the model that embedded.
  private func requireModel(_ part: StoredPart) throws {
    // The checkpoint's towers are what they were when the run began.
    if let known {
      guard let made = store.manifest.model, made != known else { return }
      throw StoredError.differentModel(path: store.path, made: made, model: known)
    }
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
    guard run.distillation.teacher == nil else {
      throw problem("distillation.teacher looks at the pictures, which aren't decoded then; leave one of both out")
    }
    let patchDropout = (configuration.vision.tower as? ModelConfiguration.ViT)?.patchDropout ?? 0
    guard patchDropout == 0 || learningPart(.images) == .nothing else {
      throw problem("vision_cfg.patch_dropout varies pictures where the projection learns; set it to 0")
    }
    try requirePixels()
    if let key = run.data.augmentation.firstVarying {
      throw problem(
        "data.augmentation.\(key) varies pictures, of which each is stored once; set it so that nothing is varied")
    }
    let background = PictureBackground(run.data.transparency).rawValue
    guard store.manifest.reading?.background ?? background == background else {
      throw problem("it was embedded with another data.transparency")
    }
  }

  /// A picture of a size between two bounds would be left out by one alone.
  private func requirePixels() throws {
    guard let settings = store.manifest.reading?.settings else { return }
    let key = "data.picture_pixels="
    let given = settings.last { $0.hasPrefix(key) }.map { String($0.dropFirst(key.count)) }
    let stored = given ?? "\(RunFile().data.picturePixels)"
    guard Int(stored) == run.data.picturePixels else {
      throw problem(
        "it was embedded with data.picture_pixels \(stored), the run has \(run.data.picturePixels); set both alike")
    }
  }

  private func requireTexts() throws {
    guard run.model.textDropout == 0 else {
      throw problem("model.text_dropout varies texts, of which each is stored once; set it to 0")
    }
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
