import Pairs

/// One way to measure a model on pairs, with its own settings.
///
/// An evaluator is one file, its result's type included, and a line in `Evaluators.all`: `diagonal eval` has it then.
public protocol Evaluator: Sendable {
  associatedtype Result: EvaluationResult

  /// What it is called on a command line.
  static var name: String { get }
  /// What it measures: one sentence.
  static var summary: String { get }
  /// How it measures: paragraphs.
  static var details: String { get }
  static var options: [EvaluatorOption] { get }
  /// What a pair must have to take part.
  static var needs: ReadingOptions.Needs { get }

  /// - Parameter options: values of `options` by name. One that isn't there has its default.
  init(options: [String: String]) throws(EvaluationError)

  /// Measures a model on all pairs of a source, and changes nothing of the model: it may be one that is being trained.
  func evaluate(
    _ encoders: Encoders, on source: any PairSource, observer: any EvaluationObserver
  ) throws -> Result
}

/// All evaluators, by their names.
public enum Evaluators {
  public static let all: [any Evaluator.Type] = [
    RetrievalEvaluator.self,
    ZeroShotEvaluator.self,
  ]
}

extension Evaluator {
  public static var needs: ReadingOptions.Needs { .both }

  /// Measures a model on all pairs of a source while nobody watches.
  public func evaluate(_ encoders: Encoders, on source: any PairSource) throws -> Result {
    try evaluate(encoders, on: source, observer: Unobserved())
  }
}
