import Engine
import Pairs
import Similarity

/// How well pictures find their captions among all captions, and captions their pictures.
///
/// - A picture's candidates are all distinct captions; any of its own is correct.
/// - Each distinct caption is one query; any picture that has it is correct.
///
/// Ties count against the model: see `ranks(of:among:correct:)`.
public struct Retrieval: Sendable, Encodable {
  public let pairs: Int
  public let skipped: Int
  public let captions: CaptionChoice
  public let imageToText: RankSummary
  public let textToImage: RankSummary

  enum CodingKeys: String, CodingKey {
    case pairs, skipped, captions
    case imageToText = "image_to_text"
    case textToImage = "text_to_image"
  }

  /// Which captions of a pair take part.
  public enum CaptionChoice: String, Sendable, CaseIterable, Encodable {
    /// The first alone: the name, where names and keywords are given.
    case first
    case all

    func callAsFunction(_ captions: [String]) -> [String] { self == .all ? captions : Array(captions.prefix(1)) }
  }

  /// Encodes all pairs of a source and ranks them. Holds their embeddings, never the matrix of their products.
  public init(
    _ encoders: Encoders, on source: any PairSource, captions choice: CaptionChoice = .first,
    observer: any EvaluationObserver = Unobserved()
  ) throws {
    let images = Tensor(shape: [source.count, encoders.width])
    var captions = DistinctCaptions()
    skipped = try encoders.eachBatch(of: source, observer) { batch, rows in
      let first = captions.ofPicture.count
      images.rows(first..<first + batch.count).set(rows)
      for own in batch.captions { captions.add(choice(own)) }
    }
    pairs = captions.ofPicture.count
    self.captions = choice
    let texts = encoders.texts(captions.texts)
    let used = images.rows(0..<pairs)
    imageToText = RankSummary(
      ranks: ranks(of: used, among: texts, correct: captions.ofPicture), candidates: texts.rows)
    textToImage = RankSummary(ranks: ranks(of: texts, among: used, correct: captions.pictures), candidates: pairs)
  }
}
