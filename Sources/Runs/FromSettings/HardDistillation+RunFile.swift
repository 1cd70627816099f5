import CLIP
import Engine
import Settings
import Training

extension HardDistillation {
  /// What a supervised run file asks for; nil without a teacher.
  init?(_ run: RunFile) throws {
    guard let path = run.distillation.teacher else { return nil }
    let teacher = try ModelDirectory(path).load()
    teacher.parameters.store(as: run.precision.element)
    self.init(teacher, batch: run.batch.size, learnsScale: run.loss.temperature == .learned)
  }

  /// Throws unless the run's teacher tells its model's classes apart, by pictures of its size.
  static func check(_ run: RunFile, _ student: ModelConfiguration) throws {
    guard let path = run.distillation.teacher else { return }
    let teacher = try ModelDirectory(path).configuration()
    if let problem = problem(teacher.text.classes, student.text.classes ?? []) {
      throw TrainingError.teacherClasses(path: path, problem: problem)
    }
    let (theirs, mine) = (teacher.vision.imageSize, student.vision.imageSize)
    if theirs != mine {
      throw TrainingError.teacher(path: path, field: "vision_cfg.image_size", teacher: theirs, student: mine)
    }
  }

  /// Throws where a run begins from a model of one head, which hasn't the shape of one of two.
  static func checkBeginning(_ run: RunFile) throws {
    guard run.distillation.teacher != nil else { return }
    for (key, path) in [("model.from", run.model.from), ("model.image_from", run.model.imageFrom)] {
      guard let path, !(try ModelDirectory(path).configuration().joinsTokens) else { continue }
      throw RunFileError.value(
        key: key, found: path,
        must:
          "be a DeiT that was trained with a teacher of classes (vision_cfg.joins_tokens), where distillation.teacher is one"
      )
    }
  }

  private static func problem(_ theirs: [String]?, _ mine: [String]) -> String? {
    guard let theirs else { return "tells no classes apart" }
    if let (number, (their, own)) = zip(theirs, mine).enumerated().first(where: { $1.0 != $1.1 }) {
      return "has “\(their)” as class \(number), the run “\(own)”"
    }
    return theirs.count == mine.count ? nil : "has \(theirs.count) classes, the run \(mine.count)"
  }
}

extension ModelConfiguration {
  /// The model whose second head a teacher of classes trains.
  func joiningTokens(for teacher: String) throws -> ModelConfiguration {
    guard let joining = try joiningTokens() else {
      throw RunFileError.value(
        key: "distillation.teacher", found: teacher,
        must: "be null where objective is supervised, unless the image encoder is a DeiT: a ViT whose vision_cfg has "
          + "\"distillation_token\": true")
    }
    return joining
  }
}
