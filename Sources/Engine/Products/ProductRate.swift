/// What the calling thread's share of the machine makes of a plain matrix product, as the measure of all others:
/// one of a transformer's first MLP layer, `[1600, 768] · [768, 3072]`.
public struct ProductRate {
  /// Floating-point operations of one product.
  public static let flops = 2.0 * 1600 * 768 * 3072

  private let x: Tensor
  private let w: Tensor
  private let y: Tensor

  /// - Parameter element: how the factors and the product are stored.
  public init(_ element: Element = .f32) {
    x = Tensor(shape: [1600, 768], repeating: 0.01).converted(to: element)
    w = Tensor(shape: [768, 3072], repeating: 0.02).converted(to: element)
    y = Tensor(shape: [1600, 3072], element: element)
  }

  /// Computes the product once.
  public func run() { product(Matrix(x), Matrix(w), into: Matrix(y)) }

  /// Floating-point operations a second.
  ///
  /// - Parameter seconds: how long to repeat the product; the best repetition counts.
  public static func peak(_ element: Element = .f32, seconds: Double = 0.5) -> Double {
    let work = ProductRate(element)
    let clock = ContinuousClock()
    let start = clock.now
    var best = Duration.seconds(3600)
    repeat {
      best = min(best, clock.measure { work.run() })
    } while clock.now - start < .seconds(seconds)
    return flops / (best / .seconds(1))
  }
}
