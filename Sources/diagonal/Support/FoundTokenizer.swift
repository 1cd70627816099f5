import CLIP
import Evaluation
import Pairs
import Runs

/// The tokenizer that a new model directory takes along.
enum FoundTokenizer {
  /// - Parameters:
  ///   - from: the directory of the model that the new one is made of.
  ///   - file: a vocabulary in place of the directory's own.
  ///   - to: the new directory, named where it gets none.
  /// - Returns: nil where there is none, which is told.
  static func find(
    for text: ModelConfiguration.Text, from: String, file: String? = nil, to: String
  ) throws -> (any CaptionTokenizer)? {
    do {
      if let classes = text.classes { return ClassTokenizer(classes) }
      let options = TokenizerOptions(text)
      let found =
        try file.map { try openTokenizer(file: $0, options) }
        ?? openTokenizer(directory: from, options, isOpenAI: text.readsOpenAIVocabulary)
      let room = text.vocabularySize
      guard found.vocabularySize <= room else {
        throw ConvertError.vocabulary(file ?? from, found: found.vocabularySize, expected: room)
      }
      return found
    } catch TokenizerError.noTokenizer where file == nil {
      printError("\(from) holds no tokenizer, so \(to) has none: name one by --tokenizer FILE")
      return nil
    } catch TokenizerError.noOpenAIVocabulary where file == nil {
      printError(
        "\(from) holds no tokenizer, so \(to) has none: bring OpenAI's by \(OpenAIVocabulary.command), or name one by "
          + "--tokenizer FILE")
      return nil
    }
  }
}
