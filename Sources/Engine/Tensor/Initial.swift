import Randomness

/// How a parameter is drawn before training.
public enum Initial: Sendable {
  case constant(Float)
  /// Normal, mean 0.
  case normal(deviation: Float)
  /// Normal, mean 0, drawn again beyond two deviations of it.
  case truncatedNormal(deviation: Float)
  /// Uniform in [−bound, bound].
  case uniform(bound: Float)
  /// These numbers, made when they are drawn.
  case table(@Sendable () -> [Float])

  func draw(_ random: inout Philox, into values: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .constant(let value): values.update(repeating: value)
    case .table(let table): _ = values.update(fromContentsOf: table())
    case .uniform(let bound): for i in values.indices { values[i] = random.uniform(in: -bound...bound) }
    case .truncatedNormal(let deviation):
      for i in values.indices {
        repeat { values[i] = random.normal() } while abs(values[i]) > 2
        values[i] *= deviation
      }
    case .normal(let deviation): for i in values.indices { values[i] = deviation * random.normal() }
    }
  }
}
