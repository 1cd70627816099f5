import Evaluation
import Files
import Pairs
import Settings

/// An evaluation that a run makes, with all that it needs opened and checked.
struct RunEvaluation: Sendable {
  let name: String
  let kind: String
  let of: MeasuredParameters
  /// Steps between.
  let every: Int
  let measure: any Evaluator
  let source: any PairSource
  /// Pairs that options name, by what names them.
  let others: [String: any PairSource]

  /// What an option names where it is left out and may be: the pairs that the run trains on.
  private static let trainingPairs = "data.train"

  /// - Parameters:
  ///   - path: what errors call the entry.
  ///   - training: the run's pairs.
  init(
    _ item: EvaluationItem, at path: String, _ run: RunFile, training: any PairSource, _ indexes: IndexKeeping
  ) throws {
    guard let type = Evaluators.named(item.kind) else {
      let kinds = Evaluators.all.map { $0.name }.joined(separator: " or ")
      throw RunFileError.value(key: "\(path).kind", found: item.kind, must: "be \(kinds)")
    }
    let ofCaptions = [RetrievalEvaluator.name, LossEvaluator.name, HardNegativeEvaluator.name]
    if run.objective == .supervised, ofCaptions.contains(item.kind) {
      throw RunFileError.value(
        key: "\(path).kind", found: item.kind, must: "be one that reads no captions where objective is supervised")
    }
    for option in item.options where !type.options.contains(where: { $0.name == option.name }) {
      let names = type.options.map(\.name) + ["name", "kind", "data", "every", "of"]
      let nearest = names.min { editDistance($0, option.name) < editDistance($1, option.name) } ?? "kind"
      throw RunFileError.unknownKey("\(path).\(option.name)", nearest: "\(path).\(nearest)")
    }
    var options = Dictionary(item.options.map { ($0.name, $0.value) }) { _, last in last }
    if item.kind == LossEvaluator.name {
      options["batch"] = options["batch"] ?? "\(run.batch.size)"
      options["loss"] = options["loss"] ?? (run.loss.kind == .sigmoid ? "sigmoid" : "softmax")
    }
    if item.kind == HardNegativeEvaluator.name { options["field"] = options["field"] ?? run.data.hardNegatives }
    var reading = ReadingOptions(run.data)
    reading.needs = type.needs
    // Its keys are those of the training pairs.
    reading.exclude = nil
    var others: [String: any PairSource] = [:]
    for option in type.options where option.isPairs {
      let named = options[option.name]
      options[option.name] = named ?? Self.trainingPairs
      others[named ?? Self.trainingPairs] = try named.map { try openPairs([$0], reading, indexes) } ?? training
    }
    (name, kind, of, every) = (item.name, item.kind, item.of, item.every ?? run.checkpoint.every)
    measure = try Self.measure(type, options, at: path)
    source = try openPairs(item.data, reading, indexes)
    self.others = others
  }

  /// What is wrong with an option is wrong with the run file.
  private static func measure(
    _ type: any Evaluator.Type, _ options: [String: String], at path: String
  ) throws -> any Evaluator {
    do { return try type.init(options: options) } catch {
      switch error {
      case .missingOption(let name, _):
        throw RunFileError.missing(
          key: "\(path).\(name)", meaning: type.options.first { $0.name == name }?.help ?? "see diagonal eval --help")
      case .option(let name, let value, let expected):
        throw RunFileError.value(
          key: "\(path).\(name)", found: value, must: "be \(expected.joined(separator: " or "))")
      default: throw error
      }
    }
  }

  func isDue(_ step: Int, of steps: Int) -> Bool { step > 0 && (step % every == 0 || step == steps) }

  /// Called by all workers.
  func result(_ context: EvaluationContext) throws -> any EvaluationResult {
    try measure.evaluate(context, on: source)
  }
}

extension TrainingSetup {
  /// The run's evaluations.
  static func evaluations(
    _ run: RunFile, training: any PairSource, _ indexes: IndexKeeping
  ) throws -> [RunEvaluation] {
    let all = try run.evaluation.enumerated().map { number, item in
      try RunEvaluation(item, at: "evaluation[\(number)]", run, training: training, indexes)
    }
    for (key, metric) in [("checkpoint.best", run.checkpoint.best), ("schedule.stop_when", run.schedule.stopWhen)] {
      guard let metric, let measure = all.first(where: { $0.name == metric.evaluation })?.measure else { continue }
      let numbers = type(of: measure).numbers
      guard numbers.contains(metric.metric) else {
        throw RunFileError.value(
          key: key, found: metric.text, must: "name a number after the slash: \(numbers.joined(separator: ", "))")
      }
    }
    return all
  }

  /// All that makes the evaluations' pairs and classes what they are, for workers to compare.
  func evaluationData() throws -> String {
    try evaluations.map { item in
      let sources = [item.source] + item.others.sorted { $0.key < $1.key }.map(\.value)
      let digests = try sources.map { try DataIdentity.digest(of: $0, Mixture([.init(count: $0.count)])) }
      return ([item.name] + digests + item.measure.contents).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
