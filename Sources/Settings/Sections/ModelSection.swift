/// `model`: the encoders, where they begin, and which of them stay as they are.
public struct ModelSection: Sendable {
  public var config: ModelSource?
  /// A model directory or checkpoint whose parameters the run starts from.
  public var from: String?
  /// Where one tower's parameters start from: a model directory, a checkpoint or a safetensors file.
  public var imageFrom: String?
  public var textFrom: String?
  public var lockImage = false
  public var lockText = false
  /// Last groups that learn in a locked tower.
  public var unlockedImageGroups = 0
  public var unlockedTextGroups = 0
  public var checkpointBlocks = false
  /// Of a BERT.
  public var textDropout = 0.0

  /// How many of a locked encoder's last groups learn; nil where the encoder isn't locked.
  package var learningImageGroups: Int? { lockImage ? unlockedImageGroups : nil }
  package var learningTextGroups: Int? { lockText ? unlockedTextGroups : nil }
}

extension ModelSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "model.config", \.model.config, .fixed,
      "a name that `diagonal models` lists, an OpenCLIP model JSON (path), or its keys written here"),
    RunFileKey(
      "model.from", \.model.from, .fixed,
      "a model directory, checkpoint or run (its newest; RUN@1200, RUN@best) whose parameters are the first; positions of another "
        + "picture size are resized"),
    RunFileKey(
      "model.image_from", \.model.imageFrom, .fixed,
      "a model directory, checkpoint, run or safetensors file to start the image encoder from; takes precedence over from"
    ),
    RunFileKey(
      "model.text_from", \.model.textFrom, .fixed, "the same for the text encoder; a BERT may be Hugging Face's own"),
    RunFileKey(
      "model.lock_image", \.model.lockImage, .fixed,
      "the image encoder doesn't learn (LiT): no gradient, no decay, nothing on the wire; whole, it runs as in evaluation"
    ),
    RunFileKey("model.lock_text", \.model.lockText, .fixed, "the same for the text encoder; logit_scale always learns"),
    RunFileKey(
      "model.unlocked_image_groups", \.model.unlockedImageGroups, .fixed,
      "groups of a locked encoder that learn, from its end: projection; last block and norm; each block; embeddings",
      must: .notNegative),
    RunFileKey(
      "model.unlocked_text_groups", \.model.unlockedTextGroups, .fixed, "the same for the text encoder",
      must: .notNegative),
    RunFileKey(
      "model.text_dropout", \.model.textDropout, .fixed,
      "the share of a BERT's states and attention weights that a step leaves out at random; Hugging Face's own is 0.1",
      must: .decay),
    RunFileKey(
      "model.checkpoint_blocks", \.model.checkpointBlocks, .free,
      "encoders' blocks are run again for backward rather than kept (same bits, less memory, slower); set batch.chunk too"
    ),
  ]

  /// Throws unless the locks make sense together.
  func checkLocks() throws(RunFileError) {
    for (name, locked, groups) in [
      ("image", lockImage, unlockedImageGroups), ("text", lockText, unlockedTextGroups),
    ] where !locked && groups > 0 {
      throw .value(
        key: "model.unlocked_\(name)_groups", found: groups.yaml, must: "be 0 unless model.lock_\(name) is true")
    }
    if learningImageGroups == 0 && learningTextGroups == 0 { throw .allLocked }
  }
}
