extension RunFileKey {
  /// Where towers begin, and which of them stay as they are.
  static let towers = [
    RunFileKey(
      "model.image_from", \.model.imageFrom,
      "a model directory, checkpoint or safetensors file to start the image encoder from; takes precedence over from"),
    RunFileKey(
      "model.text_from", \.model.textFrom, "the same for the text encoder; a BERT may be Hugging Face's own"),
    RunFileKey(
      "model.lock_image", \.model.lockImage,
      "the image encoder doesn't learn (LiT): no gradient, no decay, nothing on the wire; whole, it runs as in evaluation"
    ),
    RunFileKey("model.lock_text", \.model.lockText, "the same for the text encoder; logit_scale always learns"),
    RunFileKey(
      "model.unlocked_image_groups", \.model.unlockedImageGroups,
      "groups of a locked encoder that learn, from its end: projection; last block and norm; each block; embeddings",
      must: .notNegative),
    RunFileKey(
      "model.unlocked_text_groups", \.model.unlockedTextGroups, "the same for the text encoder", must: .notNegative),
    RunFileKey(
      "model.checkpoint_blocks", \.model.checkpointBlocks,
      "encoders' blocks are run again for backward rather than kept (same bits, less memory, slower); set batch.chunk too"
    ),
  ]

  /// What comes beside the loss and the update.
  static let beside = [
    RunFileKey(
      "distillation.teacher", \.distillation.teacher,
      "a model directory whose picture features the student's are drawn to, or those of its distillation token: "
        + "w/B Σ (1 − cosine) is added to the loss"),
    RunFileKey("distillation.weight", \.distillation.weight, "w, where there is a teacher", must: .notNegative),
    RunFileKey(
      "ema.decay", \.ema.decay,
      "d of the parameters' average d·average + (1 − d)·values, saved as each checkpoint's ema/; null: none",
      must: .decayOrNull),
  ]
}
