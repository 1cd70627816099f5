import ArgumentParser
import Engine
import Evaluation
import Pairs
import Search

/// What a search is for, and what it is to keep away from.
struct SearchedThings: ParsableArguments {
  @Option(parsing: .singleValue, help: "A text to be near to.") var text: [String] = []
  @Option(parsing: .singleValue, help: "A picture file to be near to.") var image: [String] = []
  @Option(parsing: .singleValue, help: "A stored row's key to be near to.") var key: [String] = []
  @Option(parsing: .singleValue, help: "A text to be far from.") var lessText: [String] = []
  @Option(parsing: .singleValue, help: "A picture file to be far from.") var lessImage: [String] = []
  @Option(parsing: .singleValue, help: "A stored row's key to be far from.") var lessKey: [String] = []
  @Option(help: "How much what to be far from counts.") var lessWeight: Float = 0.5

  var isEmpty: Bool { text.isEmpty && image.isEmpty && key.isEmpty }
  var needsModel: Bool { !(text + image + lessText + lessImage).isEmpty }

  func validate() throws {
    if !lessWeight.isFinite || lessWeight < 0 {
      throw ValidationError("--less-weight is \(lessWeight), expected a number from 0")
    }
  }

  /// A query a text, picture and key, in this order.
  ///
  /// - Parameter side: whose rows keys name.
  func queries(
    _ encoders: Encoders?, _ stored: StoredEmbeddings, _ side: StoredEmbeddings.Side
  ) throws -> [SearchQuery] {
    let less = try vectors(lessText, lessImage, lessKey, encoders, stored, side)
    let more = try vectors(text, image, key, encoders, stored, side)
    let rows = less.map(\.row)
    let away = rows.isEmpty ? nil : Tensor(shape: [rows.count, rows[0].width], rows.flatMap(\.array))
    return try more.map { try SearchQuery($0.name, more: $0.row, less: away, weight: lessWeight) }
  }

  private func vectors(
    _ texts: [String], _ images: [String], _ keys: [String], _ encoders: Encoders?, _ stored: StoredEmbeddings,
    _ side: StoredEmbeddings.Side
  ) throws -> [(name: String, row: Tensor)] {
    var found: [(name: String, row: Tensor)] = []
    if let encoders {
      for text in texts { found.append(("“\(text)”", try encoders.texts([text]))) }
      for path in images { found.append((path, try encoders.images(try encoders.transform(try fileBytes(path))))) }
    }
    for key in keys {
      let row = try stored.row(of: key)
      found.append((key, try stored.rows(of: side).rows(row..<row + 1)))
    }
    return found
  }
}
