/// What the image encoder learns from.
public enum Objective: String, Sendable, CaseIterable, SettingValue {
  /// Captions: `loss`.
  case contrastive
  /// Classes: cross-entropy of a linear head.
  case supervised
}

extension Objective {
  static let key = RunFileKey(
    "objective", \.objective, .fixed,
    "contrastive: pictures learn from captions, by loss; supervised: the same image encoder learns data.classes, by "
      + "cross-entropy of a linear head in the place of the text encoder")
}

extension RunFile {
  /// Throws where what is set means nothing to the objective.
  func checkObjective() throws(RunFileError) {
    switch objective {
    case .contrastive:
      if let classes = data.classes {
        throw .value(key: "data.classes", found: classes, must: "be null unless objective is supervised")
      }
      if let each = loss.hardNegatives, data.features != nil {
        throw .value(
          key: "loss.hard_negatives", found: "\(each)",
          must: "be null with data.features, among which there are no wrong captions")
      }
    case .supervised:
      if data.classes == nil { throw .missing("data.classes") }
      if distillation.teacher != nil, distillation.weight != DistillationSection().weight {
        throw .value(
          key: "distillation.weight", found: distillation.weight.yaml,
          must: "be left out where objective is supervised: a picture's own class and the teacher's count half each")
      }
      for (key, found) in forCaptionsAlone {
        throw .value(key: key, found: found, must: "be left out where objective is supervised, which reads no captions")
      }
    }
  }

  /// What is set of the keys that say how captions are read and compared.
  private var forCaptionsAlone: [(key: String, found: String)] {
    let usual = LossSection()
    return [
      ("model.lock_text", model.lockText ? "true" : nil),
      ("model.unlocked_text_groups", model.unlockedTextGroups == 0 ? nil : "\(model.unlockedTextGroups)"),
      ("data.captions", data.captions?.yaml), ("data.tokenizer", data.tokenizer), ("model.text_from", model.textFrom),
      ("model.text_dropout", model.textDropout == 0 ? nil : model.textDropout.yaml),
      ("loss.kind", loss.kind == usual.kind ? nil : loss.kind.yaml),
      ("loss.duplicates", loss.duplicates == usual.duplicates ? nil : loss.duplicates.yaml),
      ("loss.negatives", loss.negatives.map { "\($0)" }),
      ("loss.hard_negatives", loss.hardNegatives.map { "\($0)" }),
      ("data.hard_negatives", data.hardNegatives == DataSection().hardNegatives ? nil : data.hardNegatives),
    ].compactMap { key, found in found.map { (key, $0) } }
  }
}
