import Settings
import Testing

@Suite struct OnResumeTests {
  /// What defines a run, by name; what can't change its bits, by name or section; all else may change.
  private static let fixed: Set = [
    "seed", "objective", "data.classes", "model.config", "model.from", "model.image_from", "model.text_from",
    "model.lock_image", "model.lock_text",
    "model.unlocked_image_groups", "model.unlocked_text_groups", "data.train", "data.shuffle_captions",
    "data.tokenizer",
    "data.upsampling_factors", "data.encoding", "data.csv.image", "data.csv.caption", "data.csv.separator",
    "data.csv.header", "data.csv.quotes", "data.label", "data.exclude", "data.transparency", "data.order",
    "data.window", "data.features",
    "batch.size", "batch.diversity", "model.text_dropout",
    "batch.chunk", "loss.kind", "precision", "parallel.lanes", "parallel.reduction",
  ]
  private static let free: Set = [
    "model.checkpoint_blocks", "data.loader_threads", "data.skip_limit", "batch.memory_budget", "batch.keep_graphs",
    "parallel.overlap",
    "parallel.shard_optimizer", "parallel.timeout_seconds", "checkpoint.every", "checkpoint.minutes", "checkpoint.keep",
    "checkpoint.keep_every", "log.every", "log.tensorboard", "checkpoint.best",
  ]
  private static let mayChange = [
    "optimizer.", "schedule.", "loss.", "data.augmentation.", "data.captions", "data.picture_", "data.caption_bytes",
    "data.hard_negatives",
    "distillation.", "ema.", "parallel.threads", "evaluation",
  ]

  @Test func `every key says what a resume may do with it`() {
    for key in RunFileKey.all {
      let expected: OnResume? =
        if Self.fixed.contains(key.name) {
          .fixed
        } else if Self.free.contains(key.name) {
          .free
        } else if Self.mayChange.contains(where: key.name.hasPrefix) {
          .mayChange
        } else {
          nil
        }
      #expect(key.onResume == expected, "\(key.name)")
    }
    #expect(Self.fixed.union(Self.free).isSubset(of: RunFileKey.all.map(\.name)))
  }
}
