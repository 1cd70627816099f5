import Foundation
import Pairs

/// What a check keeps of a pair.
struct PairFacts: Sendable {
  struct Picture: Sendable {
    let format: PictureFormat?
    let width: Int
    let height: Int
    let bytes: Int
    /// By which training knows equal pictures.
    let content: UInt64
    /// How it looks; nil for one of one colour.
    let looks: UInt64?
  }

  struct Caption: Sendable {
    /// In tokens, start and end among them, or in words.
    let length: Int
    let characters: Int
    /// By which training knows equal captions.
    let content: UInt64
    /// Equal for captions that differ in case, accents, width, punctuation or blanks.
    let folded: UInt64
  }

  let index: Int
  let picture: Picture?
  let captions: [Caption]
  let label: String?
  let flaws: [Flaw]
}

extension PairFacts.Picture {
  init(_ bytes: [UInt8], mostPixels: Int) throws(PictureError) {
    let picture = try Pairs.Picture(decoding: bytes, mostPixels: mostPixels)
    (width, height, self.bytes) = (picture.width, picture.height, bytes.count)
    format = PictureFormat(bytes)
    content = contentHash(bytes: bytes)
    looks = picture.differenceHash()
  }
}

extension PairFacts.Caption {
  init(_ text: String, _ tokenizer: (any CaptionTokenizer)?, context: Int) {
    characters = text.count
    folded = contentHash(bytes: Array(foldedCaption(text).utf8))
    if let tokenizer {
      length = tokenizer.encode(text).count + 2
      content = contentHash(tokens: tokenizer.tokens(text, contextLength: context))
    } else {
      length = text.split(whereSeparator: \.isWhitespace).count
      content = contentHash(bytes: Array(text.utf8))
    }
  }
}

/// A caption without what makes no difference to a reader: compatibility forms, case, accents, width, punctuation, blanks.
/// One of which nothing is left stays as it is.
func foldedCaption(_ text: String) -> String {
  let folded = text.precomposedStringWithCompatibilityMapping
    .folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
  let kept = folded.filter { !$0.isPunctuation && !$0.isWhitespace }
  return kept.isEmpty ? text : kept
}
