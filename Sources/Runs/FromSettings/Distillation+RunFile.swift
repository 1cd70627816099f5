import CLIP
import Engine
import Settings
import Training

extension Distillation {
  /// What a run file asks for; nil without a teacher.
  init?(_ run: RunFile) throws {
    guard let path = run.distillation.teacher else { return nil }
    let teacher = try ModelDirectory(path).load()
    teacher.parameters.store(as: run.precision.element)
    self.init(teacher, weight: run.distillation.weight, batch: run.batch.size)
  }

  /// Throws unless the run's teacher suits its model.
  static func check(_ run: RunFile, _ student: ModelConfiguration) throws {
    guard let path = run.distillation.teacher else { return }
    guard !student.joinsTokens else {
      throw RunFileError.value(
        key: "distillation.teacher", found: path,
        must: "be null with vision_cfg.joins_tokens, unless objective is supervised: neither token has features of a "
          + "teacher's width")
    }
    let teacher = try ModelDirectory(path).configuration()
    for (field, theirs, mine) in [
      ("embed_dim", teacher.embeddingWidth, student.embeddingWidth),
      ("vision_cfg.image_size", teacher.vision.imageSize, student.vision.imageSize),
    ] where theirs != mine {
      throw TrainingError.teacher(path: path, field: field, teacher: theirs, student: mine)
    }
  }
}
