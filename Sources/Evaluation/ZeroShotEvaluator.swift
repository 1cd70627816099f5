import CLIP
import Engine
import Pairs
import Similarity

/// How often a picture's own class is the nearest of all classes.
public struct ZeroShot: Sendable, Encodable {
  /// The pairs whose label is among the classes.
  public let pairs: Int
  public let skipped: Int
  public let templates: [String]
  /// Shares of pairs whose class is the nearest, and among the five nearest. Ties count against.
  public let top1: Double
  public let top5: Double
  /// The mean of the classes' own shares, over the classes that have pairs: no class counts more for being frequent.
  public let macro: Double
  /// What guessing reaches.
  public let chance: Double
  public let classes: [OfClass]

  public struct OfClass: Sendable, Equatable, Encodable {
    public let name: String
    public let pairs: Int
    public let correct: Int
  }

  /// Encodes classes and pictures; others than those labelled with one of the classes are left out.
  public init(
    _ encoders: Encoders, on source: any PairSource, _ list: ClassList, templates: [String] = Templates.plain,
    observer: any EvaluationObserver = Unobserved()
  ) throws {
    let labelled = try LabelledPairs(source, list)
    guard labelled.count > 0 else { throw EvaluationError.noLabels(field: list.label) }
    let embeddings = ClassEmbeddings(list.names, templates: templates, encoders)
    var (classes, found) = ([Int](), [Int]())
    let skipped = try encoders.eachBatch(of: labelled, observer) { batch, rows in
      let own = batch.samples.map { labelled.classes[$0] }
      classes += own
      found += ranks(of: rows, among: embeddings.rows, correct: own.map { [$0] })
    }
    self.init(names: list.names, classes: classes, ranks: found, templates: templates, skipped: skipped)
  }

  /// - Parameters:
  ///   - classes: of each pair, as a number of `names`.
  ///   - ranks: of that class, from 1, for each pair.
  package init(names: [String], classes: [Int], ranks: [Int], templates: [String] = Templates.plain, skipped: Int = 0) {
    precondition(classes.count == ranks.count && !ranks.isEmpty, "zero-shot: \(classes.count), \(ranks.count) ranks")
    var (pairs, correct) = ([Int](repeating: 0, count: names.count), [Int](repeating: 0, count: names.count))
    for (number, rank) in zip(classes, ranks) {
      pairs[number] += 1
      correct[number] += rank == 1 ? 1 : 0
    }
    let recalls = names.indices.filter { pairs[$0] > 0 }.map { Double(correct[$0]) / Double(pairs[$0]) }
    (self.pairs, self.skipped, self.templates) = (ranks.count, skipped, templates)
    top1 = Double(ranks.count { $0 == 1 }) / Double(ranks.count)
    top5 = Double(ranks.count { $0 <= 5 }) / Double(ranks.count)
    macro = recalls.reduce(0, +) / Double(recalls.count)
    chance = 1 / Double(names.count)
    self.classes = names.indices.map { OfClass(name: names[$0], pairs: pairs[$0], correct: correct[$0]) }
  }
}
