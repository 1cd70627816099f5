import Pairs
import Similarity

/// How well pictures find their captions among all captions, and captions their pictures.
///
/// - A picture's candidates are all distinct captions; any of its own is correct.
/// - Each distinct caption is one query; any picture that has it is correct.
///
/// Ties count against the model: see `ranks(of:among:correct:)`.
public struct RetrievalEvaluator: Evaluator {
  /// Which captions of a pair take part.
  public enum Captions: String, Sendable, CaseIterable, Encodable {
    /// The first alone: the name, where names and keywords are given.
    case first
    case all

    func callAsFunction(_ captions: [String]) -> [String] { self == .all ? captions : Array(captions.prefix(1)) }
  }

  public let captions: Captions

  public init(captions: Captions = .first) { self.captions = captions }

  /// Each worker holds the embeddings of its part of the pairs, and none the matrix of their products.
  public func evaluate(_ context: EvaluationContext, on source: any PairSource) throws -> Result {
    let pairs = try context.encode(source)
    var distinct = DistinctCaptions()
    for own in pairs.captions { distinct.add(captions(own)) }
    let texts = try context.texts(distinct.texts)
    return Result(
      pairs: pairs.count, skipped: pairs.skipped, captions: captions,
      imageToText: RankSummary(
        ranks: try ranks(of: pairs.images, among: texts, correct: distinct.ofPicture), candidates: texts.count),
      textToImage: RankSummary(
        ranks: try ranks(of: texts, among: pairs.images, correct: distinct.pictures), candidates: pairs.count))
  }
}

extension RetrievalEvaluator {
  public static let name = "retrieval"
  public static let summary = "How well pictures find their captions, and captions their pictures."
  public static let details = """
    R@k is the share of queries with a correct answer among the first k. A caption that several pictures share is one \
    text, and right for all of them. Ties count against the model.
    """
  public static let options = [
    EvaluatorOption(
      "captions", .oneOf(Captions.allCases.map(\.rawValue)),
      "first (a pair's first caption, the name) or all: any of a picture's captions is a hit.")
  ]

  public static let numbers = ["image_to_text", "text_to_image"].flatMap { way in
    RankSummary.numbers.map { "\(way).\($0)" }
  }

  public init(options: [String: String]) throws(EvaluationError) {
    let text = options["captions"] ?? Captions.first.rawValue
    guard let captions = Captions(rawValue: text) else {
      throw .option("captions", value: text, expected: Captions.allCases.map(\.rawValue))
    }
    self.init(captions: captions)
  }
}

extension RetrievalEvaluator {
  /// What retrieval found.
  public struct Result: EvaluationResult {
    /// The pairs that were ranked.
    public let pairs: Int
    public let skipped: Int
    public let captions: Captions
    public let imageToText: RankSummary
    public let textToImage: RankSummary

    enum CodingKeys: String, CodingKey {
      case pairs, skipped, captions
      case imageToText = "image_to_text"
      case textToImage = "text_to_image"
    }

    package init(pairs: Int, skipped: Int, captions: Captions, imageToText: RankSummary, textToImage: RankSummary) {
      (self.pairs, self.skipped, self.captions) = (pairs, skipped, captions)
      (self.imageToText, self.textToImage) = (imageToText, textToImage)
    }

    public var numbers: [EvaluationNumber] {
      imageToText.numbers(CodingKeys.imageToText.stringValue) + textToImage.numbers(CodingKeys.textToImage.stringValue)
    }

    public var items: [String: [Bool]] {
      imageToText.items(CodingKeys.imageToText.stringValue)
        .merging(textToImage.items(CodingKeys.textToImage.stringValue)) { first, _ in first }
    }

    public var table: EvaluationTable {
      EvaluationTable(
        heading: "\(pairs) pairs, \(imageToText.candidates) captions",
        columns: ["R@1", "R@5", "R@10", "median", "mean"],
        rows: [("picture → text", imageToText.cells), ("text → picture", textToImage.cells)])
    }
  }
}

extension RankSummary {
  fileprivate static let numbers: [String] =
    [CodingKeys.recallAt1, .recallAt5, .recallAt10, .medianRank, .meanRank].map(\.stringValue)

  fileprivate func numbers(_ way: String) -> [EvaluationNumber] {
    let shares = [(CodingKeys.recallAt1, recallAt1), (.recallAt5, recallAt5), (.recallAt10, recallAt10)]
    let ranks = [(CodingKeys.medianRank, Double(medianRank)), (.meanRank, meanRank)]
    return shares.map { .share("\(way).\($0.0.stringValue)", $0.1, of: queries) }
      + ranks.map { EvaluationNumber("\(way).\($0.0.stringValue)", $0.1) }
  }

  fileprivate func items(_ way: String) -> [String: [Bool]] {
    let depths = [(CodingKeys.recallAt1, 1), (.recallAt5, 5), (.recallAt10, 10)]
    return Dictionary(
      uniqueKeysWithValues: depths.map { key, depth in ("\(way).\(key.stringValue)", ranks.map { $0 <= depth }) })
  }

  fileprivate var cells: [EvaluationTable.Cell] {
    [.share(recallAt1), .share(recallAt5), .share(recallAt10), .count(medianRank), .mean(meanRank)]
  }
}
