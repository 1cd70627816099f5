import Engine
import Search
import Similarity
import Stored

/// `/search`: the stored pictures or texts that are nearest to a text, a picture or a stored row.
struct SearchCall: Decodable {
  let text: String?
  let image: String?
  let key: String?
  /// Texts to be near to as well, and texts to be far from.
  let more: [String]?
  let less: [String]?
  let lessWeight: Float?
  let over: String?
  let top: Int?
  let model: String?

  private enum CodingKeys: String, CodingKey {
    case text, image, key, more, less, over, top, model
    case lessWeight = "less_weight"
  }

  var part: StoredPart? { StoredPart(rawValue: over ?? "images") }

  /// What is wrong with it; nil for nothing.
  var problem: String? {
    if [text, image, key].count(where: { $0 != nil }) != 1 { return "expected one of text, image and key" }
    if part == nil { return "over: expected images or texts" }
    if !(1...1000).contains(top ?? 1) { return "top: expected a number between 1 and 1000" }
    if max(more?.count ?? 0, less?.count ?? 0) > 100 { return "more, less: expected 100 texts at most" }
    if let lessWeight, !(0...1000).contains(lessWeight) { return "less_weight: expected a number between 0 and 1000" }
    return nil
  }
}

/// The rows nearest to a query. The request's own text comes first among its texts, then `more`, then `less`.
struct NeighboursQuestion: Question {
  let name: String
  let key: String?
  let lessCount: Int
  let lessWeight: Float
  let part: StoredPart
  let top: Int

  func answer(_ model: ServedModel, texts: Tensor, pictures: Tensor) throws -> [SearchHit] {
    guard let searched = model.searched[part] else { throw ServerError.unknown("no \(part.rawValue) are searched") }
    var own: [Tensor] = []
    if let key {
      guard let row = model.row(of: key) else {
        throw ServerError.unknown(
          "there is no row “\(key)”: keys are those of the embedded data, which answers to other queries name")
      }
      own.append(searched.rows.rows.rows(row..<row + 1))
    }
    let split = texts.rows - lessCount
    if pictures.rows > 0 { own.append(pictures) }
    if split > 0 { own.append(texts.rows(0..<split)) }
    let more = Tensor(shape: [own.reduce(0) { $0 + $1.rows }, texts.width], own.flatMap(\.array))
    let less = lessCount > 0 ? texts.rows(split..<texts.rows) : nil
    let query: SearchQuery
    do { query = try SearchQuery(name, more: more, less: less, weight: lessWeight) } catch {
      throw ServerError.unusable("\(error)")
    }
    return try searched.rows.search([query], best: top, by: searched.way)[0]
  }
}

/// What `/search` answers.
struct SearchAnswer: Encodable {
  /// `/pictures/{row}` shows a hit where `pictures` says so.
  let results: [SearchHit]
  let rows: Int
  /// Whether every row was compared.
  let exact: Bool
  let pictures: Bool
  let model: String
}
