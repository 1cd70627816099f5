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

  /// Rows encoded at once: enough for the products' speed, few enough for memory, and for many workers to have some.
  public static let batch = 32

  /// A model that is at hand, as one that is being trained; it isn't changed.
  ///
  /// - Parameter path: what errors call the tokenizer.
  /// - Throws: where the tokenizer's ids aren't the model's.
  public init(
    model: CLIPModel, tokenizer: any CaptionTokenizer, path: String = "the tokenizer"
  ) throws(EvaluationError) {
    let text = model.configuration.text
    guard tokenizer.vocabularySize <= text.vocabularySize else {
      throw .vocabulary(tokenizer: path, found: tokenizer.vocabularySize, expected: text.vocabularySize)
    }
    if let problem = text.objection(
      ids: tokenizer.vocabularySize, padding: tokenizer.paddingToken, last: tokenizer.lastToken)
    {
      throw .tokenizer(path, problem: problem)
    }
    (self.model, self.tokenizer) = (model, tokenizer)
  }

  /// Loads a model directory: a checkpoint, OpenCLIP's, Hugging Face's.
  ///
  /// - Parameters:
  ///   - tokenizer: a merges file, vocab.txt, .model or tokenizer.json in place of the directory's own tokenizer.
  ///   - report: takes what is worth telling, a line at a time.
  /// - Throws: `EvaluationError`, `ModelDirectoryError`, `TokenizerError`…
  public init(directory path: String, tokenizer: String? = nil, report: (String) -> Void = { _ in }) throws {
    let model = try ModelDirectory(path).load(report: report)
    let text = model.configuration.text
    let options = TokenizerOptions(text)
    if let classes = text.classes {
      try self.init(model: model, tokenizer: ClassTokenizer(classes))
    } else if let tokenizer {
      let found = try openTokenizer(file: tokenizer, options)
      if found.vocabularySize <= text.vocabularySize / 2 {
        report("\(tokenizer) has \(found.vocabularySize) ids, the model \(text.vocabularySize): is it the model's?")
      }
      try self.init(model: model, tokenizer: found, path: tokenizer)
    } else {
      let found = try Self.tokenizer(of: path, options, isOpenAI: text.readsOpenAIVocabulary)
      try self.init(model: model, tokenizer: found, path: "the tokenizer in \(path)")
    }
  }

  private static func tokenizer(
    of directory: String, _ options: TokenizerOptions, isOpenAI: Bool
  ) throws -> any CaptionTokenizer {
    do {
      return try openTokenizer(directory: directory, options, isOpenAI: isOpenAI)
    } catch TokenizerError.noTokenizer {
      throw EvaluationError.noTokenizer(path: directory)
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
