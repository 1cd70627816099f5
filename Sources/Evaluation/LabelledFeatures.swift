import Engine
import Pairs
import Similarity

/// Two sets of labelled pictures, embedded: one to learn from, one to measure on. Classes are the labels of the first.
struct LabelledFeatures {
  let names: [String]
  /// `[learned, width]`, unit rows, on every worker.
  let learned: Tensor
  let learnedClasses: [Int]
  /// A part on each worker.
  let measured: SharedRows
  let measuredClasses: [Int]
  let skipped: Int
  let leftOut: LeftOut

  /// Encodes both. Called by all workers.
  ///
  /// - Parameters:
  ///   - fit: the pairs to learn from, as `EvaluationContext.open` takes them.
  ///   - label: the field of a pair's json that holds its class; where it hasn't any, `.cls` does.
  init(_ context: EvaluationContext, fit: String, on source: any PairSource, label: String) throws {
    let examples = try context.open(fit)
    let labels = try PairLabels(of: examples, field: label, over: context.workers)
    let list = ClassList(label: label, names: labels.distinct)
    guard list.names.count > 1 else { throw EvaluationError.tooFewClasses(list.names.count, field: label) }
    let toLearn = LabelledPairs(examples, labels, list)
    let toMeasure = LabelledPairs(source, try PairLabels(of: source, field: label, over: context.workers), list)
    guard toMeasure.count > 0 else { throw EvaluationError.noLabels(field: label) }
    let first = try context.encode(toLearn, withCaptions: false)
    let second = try context.encode(toMeasure, withCaptions: false)
    names = list.names
    (learned, learnedClasses) = (try first.images.whole(), first.samples.map { toLearn.classes[$0] })
    (measured, measuredClasses) = (second.images, second.samples.map { toMeasure.classes[$0] })
    (skipped, leftOut) = (second.skipped, toMeasure.leftOut)
  }

  /// A guess for each measured pair, from what `classify` says of some rows. Called by all workers, of whom each asks about
  /// its tiles.
  func guesses(over context: EvaluationContext, _ classify: (Tensor) -> [Int]) throws -> [Int] {
    let tiles = SharedTiles(measured.count, over: context.workers)
    let own = try tiles.tiles(of: measured).flatMap(classify)
    return try tiles.assembled(own.map(Double.init)).map { Int($0) }
  }

  /// Options that both classifiers have.
  static func options(example: String) -> [EvaluatorOption] {
    [
      EvaluatorOption(
        "fit", .required("shards"), "Labelled pairs to learn from, which those of --data shouldn't be among.",
        example: example, isPairs: true),
      EvaluatorOption(
        "label", .optional("field"), "The field of a pair's json that holds its class (default: label, else .cls)."),
    ]
  }
}
