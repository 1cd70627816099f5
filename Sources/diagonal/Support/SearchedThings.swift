import ArgumentParser
import Engine
import Evaluation
import Files
import Pairs
import Search
import Similarity
import Stored

/// What a search is for, and what it is to keep away from.
struct SearchedThings: ParsableArguments {
  @Option(parsing: .singleValue, help: "A text to be near to.") var text: [String] = []
  @Option(parsing: .singleValue, help: "A picture file to be near to.") var image: [String] = []
  @Option(parsing: .singleValue, help: "A stored row's key to be near to.") var key: [String] = []

  @Option(help: ArgumentHelp("A file of texts, a line each.", valueName: "file")) var texts: String?
  @Option(help: ArgumentHelp("A file of picture files' paths, a line each.", valueName: "file")) var images: String?
  @Option(help: ArgumentHelp("A file of stored rows' keys, a line each.", valueName: "file")) var keys: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "What each query is to be near to as well: a text, text:TEXT, image:PATH or key:KEY.", valueName: "thing"))
  var more: [SearchedThing] = []

  @Option(
    parsing: .singleValue, help: ArgumentHelp("What each query is to be far from, likewise.", valueName: "thing"))
  var less: [SearchedThing] = []

  @Option(help: ArgumentHelp("How much what to be far from counts.", valueName: "factor")) var lessWeight: Float = 0.5

  /// Each a query of its own.
  private var own: [SearchedThing] {
    get throws {
      var things = text.map(SearchedThing.text)
      things += try lines(texts).map(SearchedThing.text)
      things += image.map(SearchedThing.image)
      things += try lines(images).map(SearchedThing.image)
      things += key.map(SearchedThing.key)
      things += try lines(keys).map(SearchedThing.key)
      return things
    }
  }

  private func lines(_ file: String?) throws -> [String] { try file.map { try textLines($0) } ?? [] }

  var isEmpty: Bool {
    text.isEmpty && image.isEmpty && key.isEmpty && texts == nil && images == nil && keys == nil && more.isEmpty
  }

  var needsModel: Bool {
    !text.isEmpty || !image.isEmpty || texts != nil || images != nil || (more + less).contains { $0.asKey == nil }
  }

  /// The one encoder that is needed, where it is one.
  var tower: Tower? {
    let hasTexts = !text.isEmpty || texts != nil || (more + less).contains { $0.asText != nil }
    let hasPictures = !image.isEmpty || images != nil || (more + less).contains { $0.isPicture }
    return hasTexts == hasPictures ? nil : hasTexts ? .text : .image
  }

  func validate() throws {
    if !lessWeight.isFinite || lessWeight < 0 {
      throw ValidationError("--less-weight is \(lessWeight), expected a number from 0")
    }
  }

  /// A query a thing, in the order of the options, each with what is wanted more and less; where there is none, what is wanted more is
  /// one.
  ///
  /// - Parameter named: the rows whose keys are asked for.
  func queries(_ encoders: Encoders?, _ named: StoredRows) throws -> [SearchQuery] {
    let own = try own
    let (more, less) = (try more.vectors(encoders, named), try less.vectors(encoders, named))
    let away = less.isEmpty ? nil : stacked(less)
    if own.isEmpty {
      let name = self.more.map(\.name).joined(separator: " + ")
      return more.isEmpty ? [] : [try SearchQuery(name, more: stacked(more), less: away, weight: lessWeight)]
    }
    return try zip(own, own.vectors(encoders, named)).map { thing, row in
      try SearchQuery(thing.name, more: stacked([row] + more), less: away, weight: lessWeight)
    }
  }
}

/// Something that has a vector.
enum SearchedThing: ExpressibleByArgument, Equatable {
  case text(String)
  case image(String)
  case key(String)

  init(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("text", 2): self = .text(parts[1])
    case ("image", 2): self = .image(parts[1])
    case ("key", 2): self = .key(parts[1])
    default: self = .text(argument)
    }
  }

  var asText: String? { if case .text(let text) = self { text } else { nil } }
  var isPicture: Bool { if case .image = self { true } else { false } }
  var asKey: String? { if case .key(let key) = self { key } else { nil } }

  /// What people call it.
  var name: String {
    switch self {
    case .text(let text): "“\(text)”"
    case .image(let path): path
    case .key(let key): key
    }
  }
}

extension [SearchedThing] {
  /// The vectors of all, `[1, width]` each; texts are encoded together.
  fileprivate func vectors(_ encoders: Encoders?, _ named: StoredRows) throws -> [Tensor] {
    let (texts, keys) = (compactMap(\.asText), compactMap(\.asKey))
    var rows = try named.rows(named: keys)[...]
    let encoded = try texts.isEmpty ? nil : encoders?.texts(texts)
    var next = 0
    return try map { thing in
      switch thing {
      case .text:
        next += 1
        guard let encoded else { throw ValidationError("a text needs --model") }
        return encoded.rows(next - 1..<next)
      case .image(let path):
        guard let encoders else { throw ValidationError("a picture needs --model") }
        return try encoders.picture(path)
      case .key:
        let row = rows.removeFirst()
        return named.rows.rows(row..<row + 1)
      }
    }
  }
}

extension Encoders {
  /// The vector of a picture file, `[1, width]`.
  fileprivate func picture(_ path: String) throws -> Tensor {
    do { return try images(try transform(try fileBytes(path))) } catch let error as PictureError {
      // Which doesn't know the file's name.
      throw EvaluationError.unreadable(path: path, reason: "\(error)")
    }
  }
}

/// A file's lines, but empty ones.
private func textLines(_ path: String) throws -> [String] {
  let text: String
  do { text = try decodedText(try fileBytes(path), as: nil) } catch let problem as TextProblem {
    throw EvaluationError.unreadable(path: path, reason: "it isn't text: \(problem)")
  }
  return text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
}

/// Rows one below the other.
private func stacked(_ rows: [Tensor]) -> Tensor {
  Tensor(shape: [rows.count, rows[0].width], rows.flatMap(\.array))
}
