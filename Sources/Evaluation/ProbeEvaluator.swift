import Collectives
import Engine
import Foundation
import Pairs
import Similarity

/// How often a linear classifier on the model's picture embeddings tells their class.
///
/// Multinomial logistic regression by L-BFGS. Its regularization is the best of 8 a decade between 1e-6 and 1e6 on a fifth
/// of the pairs that it learns from, found by halving steps; then it learns from all of them.
///
/// - Source: Radford et al., “Learning transferable visual models from natural language supervision”, 2021, A.3.
public struct ProbeEvaluator: Evaluator {
  public let fit: String
  public let label: String
  /// λ, in place of the search; nil to search.
  public let regularization: Double?

  public init(fit: String, label: String = ClassList.standardLabel, regularization: Double? = nil) {
    (self.fit, self.label, self.regularization) = (fit, label, regularization)
  }

  public func evaluate(_ context: EvaluationContext, on source: any PairSource) throws -> ClassifierResult {
    let features = try LabelledFeatures(context, fit: fit, on: source, label: label)
    let all = LabelledRows(features.learned, features.learnedClasses, classes: features.names.count)
    let best = try regularization ?? search(all, context.workers)
    let probe = LogisticRegression(all, regularization: best)
    return ClassifierResult(
      features.names, guesses: try features.guesses(over: context, probe.guesses), classes: features.measuredClasses,
      learned: all.count, skipped: features.skipped, leftOut: features.leftOut, settings: ["lambda": best])
  }

  /// The λ that is best on a fifth, by steps of 2, 1, ½ … decades; of equally good ones the largest. Called by all
  /// workers, of whom each tries some.
  private func search(_ all: LabelledRows, _ workers: any Communicator) throws -> Double {
    let (learned, tried) = all.split()
    func value(_ place: Int) -> Double { pow(10, Double(place) / 8 - 6) }
    func shares(_ places: [Int]) throws -> [Double] {
      let rounds = (places.count + workers.size - 1) / workers.size
      let mine = (0..<rounds).map { round -> Double in
        let place = round * workers.size + workers.rank
        guard place < places.count else { return 0 }
        return LogisticRegression(learned, regularization: value(places[place])).share(of: tried)
      }
      let found = try workers.gathered(mine)
      return places.indices.map { found[$0 % workers.size * rounds + $0 / workers.size] }
    }
    var (known, step) = ([Int: Double](), 16)
    var next = Array(stride(from: 0, through: 96, by: step))
    while true {
      for (place, share) in zip(next, try shares(next)) { known[place] = share }
      let best = known.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 48
      step /= 2
      if step == 0 { return value(best) }
      next = [best - step, best + step].filter { (0...96).contains($0) && known[$0] == nil }
    }
  }
}

extension ProbeEvaluator {
  public static let name = "probe"
  public static let needs = ReadingOptions.Needs.pictures
  public static let summary = "How often a linear classifier on picture embeddings tells their class."
  public static let details = """
    Logistic regression by L-BFGS on the embeddings of --fit, at most 1,000 iterations. Its regularization λ (scikit-learn's \
    1/C) is the best of 8 a decade between 1e-6 and 1e6 on every fifth picture of each class, found by halving steps as in \
    CLIP's paper; then it learns from all. Classes are the labels of --fit; pictures of --data with others are left out and \
    counted. Every worker holds all embeddings of --fit.
    """
  public static let options =
    LabelledFeatures.options(example: "data/emoji/noto.tar") + [
      EvaluatorOption("lambda", .optional("λ"), "The regularization, in place of the search.")
    ]
  public static let numbers = ClassifierResult.numbers

  public init(options: [String: String]) throws(EvaluationError) {
    guard let fit = options["fit"] else { throw .missingOption("fit", evaluator: Self.name) }
    let regularization = try options["lambda"].map { (text) throws(EvaluationError) -> Double in
      guard let number = Double(text), number > 0, number.isFinite else {
        throw .option("lambda", value: text, expected: ["a number above 0"])
      }
      return number
    }
    self.init(fit: fit, label: options["label"] ?? ClassList.standardLabel, regularization: regularization)
  }
}
