import Engine
import Foundation
import Pairs
import Similarity

/// How often a picture's nearest labelled pictures tell its class: k neighbours vote, each with exp(cosine / 0.07).
///
/// - Source: Wu et al., “Unsupervised feature learning via non-parametric instance discrimination”, 2018; Caron et al.,
///   “Emerging properties in self-supervised vision transformers” (DINO), 2021, for k = 20.
public struct NeighbourEvaluator: Evaluator {
  public let fit: String
  public let label: String
  public let neighbours: Int

  private static let temperature = 0.07

  public init(fit: String, label: String = ClassList.standardLabel, neighbours: Int = 20) {
    (self.fit, self.label, self.neighbours) = (fit, label, neighbours)
  }

  public func evaluate(_ context: EvaluationContext, on source: any PairSource) throws -> ClassifierResult {
    let features = try LabelledFeatures(context, fit: fit, on: source, label: label)
    let guesses = try features.guesses(over: context) { rows in
      nearestRows(neighbours, to: rows, among: features.learned).map { vote($0, features) }
    }
    return ClassifierResult(
      features.names, guesses: guesses, classes: features.measuredClasses, learned: features.learnedClasses.count,
      skipped: features.skipped, leftOut: features.leftOut,
      settings: ["neighbours": Double(min(neighbours, features.learnedClasses.count))])
  }

  /// The class with the most votes; of equals the first.
  private func vote(_ nearest: [TopK.Entry], _ features: LabelledFeatures) -> Int {
    var votes = [Double](repeating: 0, count: features.names.count)
    for entry in nearest {
      votes[features.learnedClasses[entry.column]] += exp((Double(entry.score) - 1) / Self.temperature)
    }
    return votes.indices.max { (votes[$0], -$0) < (votes[$1], -$1) } ?? 0
  }
}

extension NeighbourEvaluator {
  public static let name = "knn"
  public static let needs = ReadingOptions.Needs.pictures
  public static let summary = "How often a picture's nearest labelled pictures tell its class."
  public static let details = """
    The --neighbours pictures of --fit with the largest cosines vote, each with exp(cosine / 0.07). Classes are the labels \
    of --fit; pictures of --data with others are left out and counted.
    """
  public static let options =
    LabelledFeatures.options(example: "data/emoji/noto.tar") + [
      EvaluatorOption("neighbours", .optional("k"), "How many vote (default: 20).")
    ]
  public static let numbers = ClassifierResult.numbers

  public init(options: [String: String]) throws(EvaluationError) {
    guard let fit = options["fit"] else { throw .missingOption("fit", evaluator: Self.name) }
    self.init(
      fit: fit, label: options["label"] ?? ClassList.standardLabel,
      neighbours: try options.count("neighbours", standard: 20))
  }
}
