import Pairs
import TestSupport

extension TinyRun {
  /// The same with the wrong captions of `Tests/Golden/hard_negatives.py` in every batch, two places a pair.
  package func withHardNegatives() throws -> TinyRun {
    let golden = try Golden("hard_negatives")
    let tokens = try golden.integers("step.wrong").map(Int32.init)
    let given = try golden.integers("step.given").map { Int($0) }
    var run = self
    run.batches = batches.map { batch in
      let length = batch.contextLength
      var wrong = HardNegativeTokens(each: 2)
      for (pair, count) in given.enumerated() {
        wrong.add((0..<count).map { "\(2 * pair + $0)" }) { text in
          Int(text).map { Array(tokens[$0 * length..<($0 + 1) * length]) } ?? Array(batch.tokens.prefix(length))
        }
      }
      return Batch(
        images: batch.images, tokens: batch.tokens, samples: batch.samples, pictures: batch.pictures, side: batch.side,
        contextLength: length, hardNegatives: wrong)
    }
    return run
  }
}

extension HardNegativeTokens {
  /// Those of some of the pairs.
  func of(_ pairs: Range<Int>, contextLength: Int) -> HardNegativeTokens {
    var part = HardNegativeTokens(each: each)
    guard each > 0 else { return part }
    for pair in pairs {
      var places = (pair * each..<(pair + 1) * each).map { place in
        Array(tokens[place * contextLength..<(place + 1) * contextLength])
      }[...]
      part.add(Array(repeating: "", count: given[pair])) { _ in places.removeFirst() }
    }
    return part
  }
}
