import Pairs
import Similarity

/// How often a picture's own class is the nearest of all classes' names.
public struct ZeroShotEvaluator: Evaluator {
  public let classes: ClassList
  public let templates: [String]

  /// - Parameter templates: sentences around each class's name, whose mean the class is.
  public init(_ classes: ClassList, templates: [String] = Templates.plain) {
    (self.classes, self.templates) = (classes, templates)
  }

  public var contents: [String] { [classes.label] + classes.names + [""] + templates }

  /// Encodes classes and pictures; others than those labelled with one of the classes are left out, and counted.
  public func evaluate(_ context: EvaluationContext, on source: any PairSource) throws -> Result {
    let labels = try PairLabels(of: source, field: classes.label, over: context.workers)
    let labelled = LabelledPairs(source, labels, classes)
    guard labelled.count > 0 else { throw EvaluationError.noLabels(field: classes.label) }
    let rows = try ClassEmbeddings(classes.names, templates: templates, context).rows
    let pairs = try context.encode(labelled, withCaptions: false)
    let (own, alike) = (pairs.samples.map { labelled.classes[$0] }, classes.alike)
    let found = try ranks(
      of: pairs.images, among: SharedRows(whole: rows, over: context.workers), correct: own.map { alike[$0] })
    return Result(
      names: classes.names, classes: own, ranks: found, templates: templates, skipped: pairs.skipped,
      leftOut: labelled.leftOut)
  }
}

extension ZeroShotEvaluator {
  public static let name = "zero-shot"
  public static let needs = ReadingOptions.Needs.pictures
  public static let summary = "How often a picture's class is the nearest of all classes' names."
  public static let details = """
    The class file is {"label": FIELD, "classes": [NAME, …]}: a picture takes part if FIELD of its json, or its column \
    in a table, is one of the classes. Or a JSON list of names, or one class a line, with the field by --label. Else .cls \
    is its class, or the field of --set data.label=FIELD: a name, or a number from 0, as in CLIP benchmark's shards. \
    Pictures of other labels, or of none, are left out and counted. A name that stands there twice is right under either.

    Each class is the mean of its name in all templates. Macro is the mean of the classes' own accuracies.
    """
  public static let options = [
    EvaluatorOption("classes", .required("file"), "The file of classes.", example: "data/emoji/fruit.json"),
    EvaluatorOption(
      "label", .optional("field"), "The field of a pair's json that holds its class (default: what the file says)."),
    EvaluatorOption(
      "templates", .optional("file"),
      "One template a line, or a JSON list, such as: a photo of a {} (default: the name alone).",
      example: "data/emoji/templates.txt"),
  ]

  public static let numbers = ["top1", "top5", "macro"]

  /// Reads the files that the options name.
  public init(options: [String: String]) throws(EvaluationError) {
    guard let path = options["classes"] else { throw .missingOption("classes", evaluator: Self.name) }
    let classes = try ClassList(file: path, label: options["label"])
    guard let path = options["templates"] else {
      self.init(classes)
      return
    }
    self.init(classes, templates: try Templates.read(path))
  }
}

extension ZeroShotEvaluator {
  /// What zero-shot classification found.
  public struct Result: EvaluationResult {
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
    public let classes: [ClassCount]
    /// Pairs without a label that is one of the classes.
    public let leftOut: LeftOut
    /// Of each pair's class; not encoded.
    let ranks: [Int]

    enum CodingKeys: String, CodingKey {
      case pairs, skipped, templates, top1, top5, macro, chance, classes
      case leftOut = "left_out"
    }

    /// How many pairs a class has, and how many of them it is the nearest class of.
    public struct ClassCount: Sendable, Equatable, Encodable {
      public let name: String
      public let pairs: Int
      public let correct: Int
    }

    public var numbers: [EvaluationNumber] {
      [.share("top1", top1, of: pairs), .share("top5", top5, of: pairs), EvaluationNumber("macro", macro)]
    }

    public var items: [String: [Bool]] { ["top1": ranks.map { $0 == 1 }, "top5": ranks.map { $0 <= 5 }] }

    public var table: EvaluationTable {
      EvaluationTable(
        heading: "\(pairs) pairs, \(classes.count) classes, templates: \(templates.joined(separator: ", "))"
          + leftOut.words,
        rows: [
          ("top-1", [.share(top1)]), ("top-5", [.share(top5)]), ("macro", [.share(macro)]),
          ("chance", [.share(chance)]),
        ])
    }
  }
}

extension ZeroShotEvaluator.Result {
  /// - Parameters:
  ///   - classes: of each pair, as a number of `names`.
  ///   - ranks: of that class, from 1, for each pair.
  package init(
    names: [String], classes: [Int], ranks: [Int], templates: [String] = Templates.plain, skipped: Int = 0,
    leftOut: LeftOut = LeftOut()
  ) {
    precondition(classes.count == ranks.count && !ranks.isEmpty, "zero-shot: \(classes.count), \(ranks.count) ranks")
    var (pairs, correct) = ([Int](repeating: 0, count: names.count), [Int](repeating: 0, count: names.count))
    for (number, rank) in zip(classes, ranks) {
      pairs[number] += 1
      correct[number] += rank == 1 ? 1 : 0
    }
    let recalls = names.indices.filter { pairs[$0] > 0 }.map { Double(correct[$0]) / Double(pairs[$0]) }
    (self.pairs, self.skipped, self.templates, self.leftOut) = (ranks.count, skipped, templates, leftOut)
    self.ranks = ranks
    top1 = Double(ranks.count { $0 == 1 }) / Double(ranks.count)
    top5 = Double(ranks.count { $0 <= 5 }) / Double(ranks.count)
    macro = recalls.reduce(0, +) / Double(recalls.count)
    chance = 1 / Double(names.count)
    self.classes = names.indices.map { ClassCount(name: names[$0], pairs: pairs[$0], correct: correct[$0]) }
  }
}
