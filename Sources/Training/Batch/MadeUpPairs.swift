import CLIP
import Pairs

extension Batch {
  /// Equal pairs, to see what memory and time they take.
  init(uniform pairs: Int, _ configuration: ModelConfiguration, captionTokens: Int) {
    let (side, text) = (configuration.vision.imageSize, configuration.text)
    self.init(
      images: [UInt8](repeating: 127, count: pairs * side * side * 3),
      tokens: text.captions(pairs, tokens: captionTokens) { 1 }, samples: Array(0..<pairs), side: side,
      contextLength: text.contextLength)
  }
}

extension ModelConfiguration.Text {
  /// Made-up captions, padded: words and an end.
  ///
  /// - Parameters:
  ///   - tokens: of each caption, its end included.
  ///   - word: gives the next one.
  package func captions(_ count: Int, tokens: Int, word: () -> Int32) -> [Int32] {
    var all = [Int32](repeating: padToken, count: count * contextLength)
    for begin in stride(from: 0, to: all.count, by: contextLength) {
      let end = begin + tokens - 1
      for at in begin..<end { all[at] = word() }
      all[end] = someEndToken
    }
    return all
  }
}
