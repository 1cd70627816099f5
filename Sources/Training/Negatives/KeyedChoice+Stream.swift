import Engine
import Randomness

extension KeyedChoice {
  /// A choice by each row of what it sees, drawn by the seed, the step, the direction and the row alone:
  ///
  ///     keys of a row = two words of Philox(seed, negatives, direction, step · 2³² + row)
  ///
  /// - Parameter direction: 0 for pictures among texts, 1 for texts among pictures.
  package init(seed: UInt64, step: Int, direction: Int, rows: Int) {
    self.init(
      keys: (0..<rows).flatMap { row in
        let sample = UInt64(step) << 32 | UInt64(row)
        var random = Philox(seed: seed, purpose: .negatives, epoch: direction, sample: sample)
        return [random.word(), random.word()]
      })
  }
}
