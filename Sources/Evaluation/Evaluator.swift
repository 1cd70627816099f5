import Collectives
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
  /// Names of its results' numbers.
  static var numbers: [String] { get }
  /// What it read of the files that its options name: machines may hold others of the same name.
  var contents: [String] { get }

  /// - Parameter options: values of `options` by name. One that isn't there has its default.
  init(options: [String: String]) throws(EvaluationError)

  /// Measures a model on all pairs of a source, and changes nothing of the model: it may be one that is being trained.
  /// Called by all workers; all get the same result, and the same on any number of them.
  func evaluate(_ context: EvaluationContext, on source: any PairSource) throws -> Result
}

/// All evaluators, by their names.
public enum Evaluators {
  public static let all: [any Evaluator.Type] = [
    RetrievalEvaluator.self,
    ZeroShotEvaluator.self,
    LossEvaluator.self,
    ProbeEvaluator.self,
    NeighbourEvaluator.self,
    HardNegativeEvaluator.self,
  ]

  public static func named(_ name: String) -> (any Evaluator.Type)? { all.first { $0.name == name } }
}

extension Evaluator {
  public static var needs: ReadingOptions.Needs { .both }
  public var contents: [String] { [] }

  /// Measures a model on all pairs of a source without other workers.
  public func evaluate(
    _ encoders: Encoders, on source: any PairSource, observer: any EvaluationObserver = Unobserved()
  ) throws -> Result {
    try evaluate(EvaluationContext(encoders, over: ThreadCommunicator.alone(), observer: observer), on: source)
  }
}
