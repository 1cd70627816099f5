import CLIP
import Engine
import Foundation
import Pairs

/// A trained model with its tokenizer: pictures and texts in, unit rows out.
///
/// Runs on `Threads.count` threads of the calling thread; nothing is kept for backward.
public struct Encoders {
  public let model: CLIPModel
  public let tokenizer: any CaptionTokenizer
  public var bounds = EvaluationBounds()
  /// What stands behind the transparent parts of pictures.
  public var background = PictureBackground.white
  /// The one encoder that is loaded; nil for both.
  public let tower: Tower?
  /// Hashes of the parameters of one that isn't, by name.
  let others: [String: UInt64]

  /// Rows encoded at once: enough for the products' speed, few enough for memory, and for many workers to have some.
  public static let batch = 32

  /// A model that is at hand, as one that is being trained; it isn't changed.
  ///
  /// - Parameter path: what errors call the tokenizer.
  /// - Throws: where the tokenizer's ids aren't the model's.
  public init(
    model: CLIPModel, tokenizer: any CaptionTokenizer, path: String = "the tokenizer"
  ) throws(EvaluationError) {
    try Self.require(tokenizer, path, of: model.configuration.text)
    self.init(model, tokenizer)
  }

  private init(
    _ model: CLIPModel, _ tokenizer: any CaptionTokenizer, only tower: Tower? = nil, others: [String: UInt64] = [:]
  ) {
    (self.model, self.tokenizer, self.tower, self.others) = (model, tokenizer, tower, others)
  }

  /// Loads a model directory: a checkpoint, OpenCLIP's, Hugging Face's.
  ///
  /// - Parameters:
  ///   - tower: the one encoder that is loaded; nil for both. The image encoder alone needs no tokenizer, and has none.
  ///   - tokenizer: a merges file, vocab.txt, .model or tokenizer.json in place of the directory's own tokenizer.
  ///   - report: takes what is worth telling, a line at a time.
  /// - Throws: `EvaluationError`, `ModelDirectoryError`, `TokenizerError`…
  public init(
    directory path: String, only tower: Tower? = nil, tokenizer: String? = nil, report: (String) -> Void = { _ in }
  ) throws {
    var others: [String: UInt64] = [:]
    let model = try ModelDirectory(path).load(
      tower, left: { others[$0.name] = contentHash(bytes: $1) }, report: report)
    let text = model.configuration.text
    let found: any CaptionTokenizer
    if let classes = text.classes {
      found = ClassTokenizer(classes)
    } else if let tokenizer {
      found = try Self.tokenizer(file: tokenizer, text, report)
    } else if tower == .image {
      found = ClassTokenizer([])
    } else {
      found = try Self.tokenizer(of: path, text)
    }
    self.init(model, found, only: tower, others: others)
  }

  private static func tokenizer(
    file: String, _ text: ModelConfiguration.Text, _ report: (String) -> Void
  ) throws -> any CaptionTokenizer {
    let found = try openTokenizer(file: file, TokenizerOptions(text))
    if found.vocabularySize <= text.vocabularySize / 2 {
      report("\(file) has \(found.vocabularySize) ids, the model \(text.vocabularySize): is it the model's?")
    }
    try require(found, file, of: text)
    return found
  }

  private static func tokenizer(
    of directory: String, _ text: ModelConfiguration.Text
  ) throws -> any CaptionTokenizer {
    let found: any CaptionTokenizer
    do {
      found = try openTokenizer(directory: directory, TokenizerOptions(text), isOpenAI: text.readsOpenAIVocabulary)
    } catch TokenizerError.noTokenizer {
      throw EvaluationError.noTokenizer(path: directory)
    }
    try require(found, "the tokenizer in \(directory)", of: text)
    return found
  }

  private static func require(
    _ tokenizer: any CaptionTokenizer, _ path: String, of text: ModelConfiguration.Text
  ) throws(EvaluationError) {
    guard tokenizer.vocabularySize <= text.vocabularySize else {
      throw .vocabulary(tokenizer: path, found: tokenizer.vocabularySize, expected: text.vocabularySize)
    }
    if let problem = text.objection(
      ids: tokenizer.vocabularySize, padding: tokenizer.paddingToken, last: tokenizer.lastToken)
    {
      throw .tokenizer(path, problem: problem)
    }
  }

  /// Numbers in an embedding.
  public var width: Int { model.configuration.embeddingWidth }
  /// Width and height in pixels of the pictures that the model takes.
  public var side: Int { model.configuration.vision.imageSize }
  /// Makes a picture file's pixels what the model takes.
  public var transform: ImageTransform {
    .evaluation(model.preprocessing, side: side, background: background, mostPixels: bounds.picturePixels)
  }

  /// Embeds pictures.
  ///
  /// - Parameter pixels: `[count, side, side, 3]`
  /// - Returns: `[count, width]`, unit rows.
  /// - Throws: where one isn't finite.
  public func images(_ pixels: [UInt8]) throws(EvaluationError) -> Tensor {
    let size = side * side * 3
    precondition(pixels.count % size == 0, "images: \(pixels.count) bytes in pictures of \(size)")
    return try encode("a picture", pixels.count / size, width) {
      model.imageFeatures(Array(pixels[$0.lowerBound * size..<$0.upperBound * size]))
    }
  }

  /// Embeds texts, of which what doesn't fit the model's context is cut off.
  ///
  /// - Returns: `[texts.count, width]`, unit rows; of a supervised model the vectors of the classes of these names.
  /// - Throws: where one isn't finite, or names no class of a supervised model.
  public func texts(_ texts: [String]) throws(EvaluationError) -> Tensor {
    let length = model.configuration.text.contextLength
    if let known = model.configuration.text.classes, let other = texts.first(where: { !known.contains($0) }) {
      throw .noClass(other, known: known)
    }
    return try encode("a text", texts.count, width) { range in
      model.textFeatures(texts[range].flatMap { tokenizer.tokens($0, contextLength: length) })
    }
  }

  /// Encodes some at a time.
  ///
  /// - Parameter rows: gives some of the rows, `[range.count, width]`.
  func encode(
    _ what: String, _ count: Int, _ width: Int, _ rows: (Range<Int>) -> Tensor
  ) throws(EvaluationError) -> Tensor {
    let all = Tensor(shape: [count, width])
    for start in stride(from: 0, to: count, by: Self.batch) {
      let range = start..<min(count, start + Self.batch)
      all.rows(range).set(rows(range))
    }
    guard all.isFinite else { throw .notFinite("the embedding of \(what)") }
    return all
  }
}
