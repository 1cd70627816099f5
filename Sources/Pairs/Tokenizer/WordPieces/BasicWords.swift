import Foundation

/// BERT's first cut: controls dropped, Chinese characters apart, accents and case dropped where the vocabulary has
/// none, then words at white space, each punctuation mark a word.
///
/// - Source: Devlin et al., BERT's `tokenization.py`, `BasicTokenizer`; tokenizers, `BertNormalizer`.
struct BasicWords: Sendable {
  typealias Scalars = [Unicode.Scalar]

  let lowercase: Bool
  let stripsAccents: Bool
  /// Whether each Chinese character is a word.
  let partsChinese: Bool
  /// Words that stay whole wherever they stand: `[SEP]` and its like.
  let specials: [[UInt8]]

  /// - Returns: UTF-8.
  func split(_ text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    let bytes = Array(text.utf8)
    var start = 0
    for at in bytes.indices where bytes[at] == UInt8(ascii: "[") && at >= start {
      guard let special = specials.first(where: { bytes[at...].starts(with: $0) }) else { continue }
      append(bytes[start..<at], to: &words)
      words.append(special)
      start = at + special.count
    }
    append(bytes[start...], to: &words)
    return words
  }

  private func append(_ text: ArraySlice<UInt8>, to words: inout [[UInt8]]) {
    if text.isEmpty { return }
    var word: [UInt8] = []
    func end() {
      if !word.isEmpty { words.append(word) }
      word = []
    }
    for scalar in normalized(String(decoding: text, as: UTF8.self)) {
      if scalar.properties.isWhitespace {
        end()
      } else if isPunctuation(scalar) {
        end()
        words.append(Array(UTF8.encode(scalar)!))
      } else {
        word += UTF8.encode(scalar)!
      }
    }
    end()
  }

  private func normalized(_ text: String) -> Scalars {
    var result: Scalars = []
    for scalar in text.unicodeScalars where !isDropped(scalar) {
      result += partsChinese && isChinese(scalar) ? [" ", scalar, " "] : [scalar]
    }
    if lowercase == stripsAccents { return lowercase ? lowered(result) : result }
    return lowercase ? result.flatMap { $0.properties.lowercaseMapping.unicodeScalars } : withoutAccents(result)
  }

  /// Accents first: letters are taken apart and marks dropped.
  private func lowered(_ text: Scalars) -> Scalars {
    guard text.contains(where: { $0.value >= 0x80 }) else { return text.map { asciiLower($0) } }
    return withoutAccents(text).flatMap { $0.properties.lowercaseMapping.unicodeScalars }
  }

  private func withoutAccents(_ text: Scalars) -> Scalars {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    return String(view).decomposedStringWithCanonicalMapping.unicodeScalars
      .filter { $0.properties.generalCategory != .nonspacingMark }
  }

  private func asciiLower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
  }

  private func isDropped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 9, 10, 13: return false
    case 0x20..<0x7F: return false
    case 0xFFFD: return true
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .privateUse, .surrogate: return true
      default: return false
      }
    }
  }

  private func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 33...47, 58...64, 91...96, 123...126: return true
    case ..<0x80: return false
    default:
      switch scalar.properties.generalCategory {
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation:
        return true
      default: return false
      }
    }
  }

  /// Blocks of ideographs; kana and Hangul form words.
  private func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B820...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
