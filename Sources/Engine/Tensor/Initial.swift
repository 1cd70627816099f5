import Foundation
import Randomness

/// How a parameter is drawn before training.
public enum Initial: Sendable {
  case constant(Float)
  /// Normal, mean 0.
  case normal(deviation: Float)
  /// Uniform in [−bound, bound].
  case uniform(bound: Float)
  /// These numbers, made when they are drawn.
  case table(@Sendable () -> [Float])

  func draw(_ random: inout Philox, into values: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .constant(let value): values.update(repeating: value)
    case .table(let table): _ = values.update(fromContentsOf: table())
    case .uniform(let bound): for i in values.indices { values[i] = random.uniform(in: -bound...bound) }
    case .normal(let deviation): for i in values.indices { values[i] = deviation * random.normal() }
    }
  }
}

extension Philox {
  /// Standard normal, by Box and Muller's cosine; two words a number.
  mutating func normal() -> Float {
    let radius = (-2 * log(1 - Double(uniform()))).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(uniform())))
  }
}

/// FNV-1a, 64 bits: a hash that is the same in every process, which Swift's own is not.
func stableHash(_ text: String) -> UInt64 {
  text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
