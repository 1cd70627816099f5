import Engine
import Randomness

/// Keys by which each row chooses what it sees: a function of the seed, the step, the direction and the row.
///
///     (a, b) = two words of Philox(seed, negatives, direction, step · 2³² + row)
///
/// See `KeyedChoice` for what becomes of them.
///
/// - Parameter direction: 0 for pictures among texts, 1 for texts among pictures.
package func choiceKeys(_ seed: UInt64, step: Int, direction: Int, rows: Int) -> [UInt32] {
  (0..<rows).flatMap { row in
    var random = Philox(seed: seed, purpose: .negatives, epoch: direction, sample: UInt64(step) << 32 | UInt64(row))
    return [random.word(), random.word()]
  }
}
