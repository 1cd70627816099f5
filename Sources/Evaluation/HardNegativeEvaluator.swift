import Engine
import Pairs
import Similarity

/// How often a picture is nearer to its caption than to captions that its data give as wrong of it.
///
/// Where these differ from the caption by one thing alone, as by which of two colours is whose, nothing else is asked.
public struct HardNegativeEvaluator: Evaluator {
  /// Of the pair's json, or its column in a table.
  public let field: String

  public init(field: String = "hard_negatives") { self.field = field }

  /// Every worker holds all embeddings.
  public func evaluate(_ context: EvaluationContext, on source: any PairSource) throws -> Result {
    let pairs = try context.encode(source)
    let negatives = HardNegatives(field: field, each: .max)
    var (texts, places): ([String], [String: Int]) = ([], [:])
    func place(_ text: String) -> Int {
      let place = places[text] ?? texts.count
      if place == texts.count {
        texts.append(text)
        places[text] = place
      }
      return place
    }
    // Of each picture that is asked: its row, its caption's, the wrong ones'.
    var asked: [(row: Int, own: Int, wrong: [Int])] = []
    for (row, sample) in pairs.samples.enumerated() {
      let wrong = negatives.all(of: try source.pairWithoutImage(at: sample))
      if !wrong.isEmpty { asked.append((row, place(pairs.captions[row][0]), wrong.map(place))) }
    }
    guard !asked.isEmpty else { throw EvaluationError.noHardNegatives(field: field) }
    let (images, rows) = (try pairs.images.whole(), try context.texts(texts).whole())
    let hits = asked.map { asked in
      let image = images.rows(asked.row..<asked.row + 1).array
      func cosine(_ text: Int) -> Double {
        zip(image, rows.rows(text..<text + 1).array).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      let own = cosine(asked.own)
      return asked.wrong.allSatisfy { own > cosine($0) + Self.tie }
    }
    return Result(hits, wrong: asked.map(\.wrong.count), leftOut: pairs.count - asked.count, skipped: pairs.skipped)
  }

  /// What float32 resolves of a product of unit rows: closer ones are ties, which count against the model.
  private static let tie = 1e-6
}

extension HardNegativeEvaluator {
  public static let name = "hard-negatives"
  public static let summary = "How often a picture is nearer to its caption than to all wrong ones that its data name."
  public static let details = """
    A picture's first caption against those of the field of its .json, or its column, a text or a list: captions that are \
    wrong of it, as by one word. Pictures without any are left out and counted. Ties count against the model. Every worker \
    holds all embeddings.
    """
  public static let options = [
    EvaluatorOption("field", .optional("field"), "The field that holds wrong captions (default: hard_negatives).")
  ]
  public static let numbers = ["top1"]

  public init(options: [String: String]) throws(EvaluationError) {
    self.init(field: options["field"] ?? "hard_negatives")
  }
}

extension HardNegativeEvaluator {
  /// How often the right caption was the nearest.
  public struct Result: EvaluationResult {
    /// The pairs that have wrong captions.
    public let pairs: Int
    public let skipped: Int
    public let top1: Double
    /// What guessing reaches.
    public let chance: Double
    /// Pairs without wrong captions.
    public let leftOut: Int
    /// Of each pair; not encoded.
    private let hits: [Bool]

    enum CodingKeys: String, CodingKey {
      case pairs, skipped, top1, chance
      case leftOut = "left_out"
    }

    init(_ hits: [Bool], wrong: [Int], leftOut: Int, skipped: Int) {
      (self.hits, self.leftOut, self.skipped, pairs) = (hits, leftOut, skipped, hits.count)
      top1 = Double(hits.count { $0 }) / Double(hits.count)
      chance = wrong.reduce(0) { $0 + 1 / Double($1 + 1) } / Double(wrong.count)
    }

    public var numbers: [EvaluationNumber] { [.share("top1", top1, of: pairs)] }
    public var items: [String: [Bool]] { ["top1": hits] }

    public var table: EvaluationTable {
      EvaluationTable(
        heading: "\(pairs) pairs" + (leftOut > 0 ? ", \(leftOut) without wrong captions left out" : ""),
        rows: [("top-1", [.share(top1)]), ("chance", [.share(chance)])])
    }
  }
}
