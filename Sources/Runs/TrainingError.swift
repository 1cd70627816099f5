/// Why a run can't begin, or can't go on.
public enum TrainingError: Error, CustomStringConvertible {
  case vocabulary(tokenizer: String, size: Int, model: Int)
  case tokenizer(String, problem: String)
  case tooFewPairs(pairs: Int, batch: Int)
  case epochTooLong(samples: Int)
  /// - Parameters:
  ///   - what: a claim, as in "the loss is not finite".
  ///   - isFirst: whether the run has made no step before.
  case notFinite(what: String, step: Int, isFirst: Bool)
  case teacher(path: String, field: String, teacher: Int, student: Int)
  /// A teacher of classes whose list isn't the run's.
  ///
  /// - Parameter problem: of the teacher, as in "tells no classes apart".
  case teacherClasses(path: String, problem: String)
  /// One that has read something else than worker 0.
  case workersDiffer(worker: Int, parts: [String])
  case dataEnded(step: Int)
  case noLogitBias
  /// Steps that aren't finite are to be left out, by a loss that can't.
  case skipsWithAverages
  case noLabels(field: String?)
  /// - Parameter problem: why the features of `data.features` can't stand for a tower.
  case features(path: String, problem: String)

  /// What isn't finite, without advice.
  var notFiniteFact: String? {
    guard case .notFinite(let what, let step, _) = self else { return nil }
    return "step \(step): \(what)"
  }

  public var description: String {
    switch self {
    case .vocabulary(let tokenizer, let size, let model):
      "\(tokenizer) has \(size) tokens, the model's text_cfg.vocab_size is \(model); set it to \(size) or more"
    case .tokenizer(let tokenizer, let problem): "\(tokenizer) doesn't suit the model: \(problem)"
    case .tooFewPairs(let pairs, let batch):
      "the training data has \(pairs) pairs, fewer than batch.size \(batch); set batch.size to \(pairs) or less"
    case .epochTooLong(let samples):
      "an epoch would draw \(samples) samples, more than 2³²; lower the weights in data.train"
    case .notFinite(_, _, let isFirst):
      (notFiniteFact ?? "")
        + (isFirst
          ? ", before anything was trained: look at what the run starts from (model.from, loss.logit_scale_init)"
          : ", so nothing of it is saved; resume from an earlier checkpoint with a lower learning rate, or leave such "
            + "steps out by --on-nonfinite skip")
    case .teacher(let path, let field, let teacher, let student):
      "the teacher's \(field) is \(teacher) (\(path)), the model's \(student); distillation needs equal ones, choose another"
    case .teacherClasses(let path, let problem):
      "distillation.teacher \(path) \(problem); where objective is supervised it has to be one that objective: supervised "
        + "trained on the same data.classes, in their order"
    case .workersDiffer(let worker, let parts):
      "worker \(worker) has another \(parts.joined(separator: ", another ")) than worker 0; give all the same files"
    case .dataEnded(let step): "the data ended before step \(step)"
    case .noLabels(let field):
      "batch.diversity asks for labels, and no pair has "
        + (field.map { "a text or a whole number in the field \($0)" } ?? "a .cls")
        + "; set data.label to a field of .json or a column"
    case .features(let path, let problem): "data.features \(path): \(problem)"
    case .skipsWithAverages:
      "--on-nonfinite skip can't be had with loss.kind global_contrastive, whose averages have taken a step in before its "
        + "gradient is known; leave it at stop, or set loss.kind softmax"
    case .noLogitBias:
      "loss.kind sigmoid needs a model with a logit bias; add init_logit_bias: -10 to the model's configuration"
    }
  }
}
