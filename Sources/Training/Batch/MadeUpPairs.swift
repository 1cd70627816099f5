import CLIP
import Pairs

extension Batch {
  /// Equal pairs, to see what memory and time they take.
  ///
  /// - Parameter hardNegatives: wrong captions of each, as long as its own.
  init(uniform pairs: Int, _ configuration: ModelConfiguration, captionTokens: Int, hardNegatives: Int = 0) {
    let (side, text) = (configuration.vision.imageSize, configuration.text)
    var wrong = HardNegativeTokens(each: hardNegatives)
    let caption = text.captions([captionTokens]) { 1 }
    if hardNegatives > 0 {
      for _ in 0..<pairs { wrong.add(Array(repeating: "", count: hardNegatives)) { _ in caption } }
    }
    self.init(
      images: [UInt8](repeating: 127, count: pairs * side * side * 3),
      tokens: text.captions(Array(repeating: captionTokens, count: pairs)) { 1 }, samples: Array(0..<pairs), side: side,
      contextLength: text.contextLength, hardNegatives: wrong)
  }
}

extension ModelConfiguration.Text {
  /// Made-up captions, padded: words and an end.
  ///
  /// - Parameters:
  ///   - lengths: tokens of each, its end included.
  ///   - word: gives the next one.
  /// - Returns: `[count · contextLength]`
  package func captions(_ lengths: some Sequence<Int>, word: () -> Int32) -> [Int32] {
    lengths.flatMap { length in
      (1..<length).map { _ in word() } + [someEndToken] + Array(repeating: padToken, count: contextLength - length)
    }
  }
}
