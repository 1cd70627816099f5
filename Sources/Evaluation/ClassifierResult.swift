import Foundation

/// What a classifier on the model's picture embeddings reached on labelled pairs.
public struct ClassifierResult: EvaluationResult {
  /// The pairs whose label is among those that were learned.
  public let pairs: Int
  public let skipped: Int
  /// The pairs that it learned from.
  public let learned: Int
  public let top1: Double
  /// The mean of the classes' own shares, over the classes that have pairs.
  public let macro: Double
  /// What guessing reaches.
  public let chance: Double
  public let classes: [ZeroShotEvaluator.Result.ClassCount]
  public let leftOut: LeftOut
  /// What the classifier was: its kind's settings, by name.
  public let settings: [String: Double]
  /// Of each pair, whether its class was guessed; not encoded.
  private let hits: [Bool]

  enum CodingKeys: String, CodingKey {
    case pairs, skipped, learned, top1, macro, chance, classes, settings
    case leftOut = "left_out"
  }

  /// - Parameters:
  ///   - guesses: a class for each pair.
  ///   - classes: the pairs' own.
  init(
    _ names: [String], guesses: [Int], classes: [Int], learned: Int, skipped: Int, leftOut: LeftOut,
    settings: [String: Double]
  ) {
    hits = zip(guesses, classes).map { $0 == $1 }
    let found = ZeroShotEvaluator.Result(names: names, classes: classes, ranks: hits.map { $0 ? 1 : 2 })
    (pairs, top1, macro, chance, self.classes) = (found.pairs, found.top1, found.macro, found.chance, found.classes)
    (self.skipped, self.learned, self.leftOut, self.settings) = (skipped, learned, leftOut, settings)
  }

  public static let numbers = ["top1", "macro"]

  public var numbers: [EvaluationNumber] { [.share("top1", top1, of: pairs), EvaluationNumber("macro", macro)] }

  public var items: [String: [Bool]] { ["top1": hits] }

  public var table: EvaluationTable {
    let how = settings.sorted { $0.key < $1.key }.map { ", \($0.key) \(shortText($0.value))" }.joined()
    return EvaluationTable(
      heading: "\(pairs) pairs, \(classes.count) classes, learned from \(learned)\(how)\(leftOut.words)",
      rows: [("top-1", [.share(top1)]), ("macro", [.share(macro)]), ("chance", [.share(chance)])])
  }
}

/// `20`, `0.316`
private func shortText(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : String(format: "%.3g", value)
}
