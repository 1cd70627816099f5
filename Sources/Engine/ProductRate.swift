/// What the calling thread's share of the machine makes of a plain matrix product, as the measure of all others.
public enum ProductRate {
  /// Operations a second of oneDNN's product of a transformer's first MLP layer, `[1600, 768] · [768, 3072]`.
  ///
  /// - Parameter seconds: how long to repeat it; the best repetition counts.
  public static func peak(seconds: Double = 0.5) -> Double {
    let (rows, inner, columns) = (1600, 768, 3072)
    let x = Tensor(shape: [rows, inner], repeating: 0.01)
    let w = Tensor(shape: [inner, columns], repeating: 0.02)
    let y = Tensor(shape: [rows, columns])
    let clock = ContinuousClock()
    let start = clock.now
    var best = Duration.seconds(3600)
    repeat {
      best = min(best, clock.measure { product(Matrix(x), Matrix(w), into: Matrix(y)) })
    } while clock.now - start < .seconds(seconds)
    return 2 * Double(rows * inner * columns) / (best / .seconds(1))
  }
}
