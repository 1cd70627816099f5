/// `distillation`: a teacher beside the loss.
public struct DistillationSection: Sendable {
  /// A model directory; nil for none.
  public var teacher: String?
  public var weight = 1.0
}

extension DistillationSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "distillation.teacher", \.distillation.teacher, .mayChange,
      "a model directory, checkpoint or run whose picture features the student's are drawn to, or those of its distillation token: "
        + "w/B Σ (1 − cosine) is added to the loss; where objective is supervised, one of the same data.classes, from "
        + "whose choice a second head learns, on the distillation token (DeiT)"),
    RunFileKey(
      "distillation.weight", \.distillation.weight, .mayChange, "w, where there is a teacher of features",
      must: .notNegative),
  ]

  /// Throws where the model's locks leave the teacher nothing to teach.
  func check(_ model: ModelSection) throws(RunFileError) {
    if let teacher, model.learningImageGroups == 0 {
      throw .value(
        key: "distillation.teacher", found: teacher,
        must: "be null where model.lock_image leaves nothing of the image encoder to learn")
    }
  }
}
