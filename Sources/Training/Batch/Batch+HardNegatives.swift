import CLIP
import Engine
import Pairs

extension Batch {
  /// Features of the captions that are wrong, `[count · each, width]`; nil where there are none.
  ///
  /// - Parameter pass: that of the texts.
  func hardNegativeFeatures(_ model: CLIPModel, _ pass: Pass) -> Tensor? {
    let each = hardNegatives.each
    guard each > 0 else { return nil }
    return model.textFeatures(hardNegatives.tokens, pass.repeated(each))
  }

  /// Hashes of the wrong captions' tokens, `[count · each]`; 0 at places that no caption took.
  var hardNegativeHashes: [UInt64] {
    let each = hardNegatives.each
    return (0..<count * each).map { place in
      guard place % each < hardNegatives.given[place / each] else { return 0 }
      return contentHash(tokens: hardNegatives.tokens[place * contextLength..<(place + 1) * contextLength])
    }
  }
}

extension Pass {
  /// This pass with `each` keys for every sample's one: others than its own.
  fileprivate func repeated(_ each: Int) -> Pass {
    // Samples are below 2³².
    let keys = samples?.flatMap { key in
      (1...each).map { SampleKey(seed: key.seed, epoch: key.epoch, sample: key.sample | $0 << 32) }
    }
    return Pass(samples: keys, learns: learns, recomputesBlocks: recomputesBlocks, dropoutShare: dropoutShare)
  }
}
