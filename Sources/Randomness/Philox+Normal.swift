import Foundation

extension Philox {
  /// Standard normal, by Box and Muller's cosine; two words a number.
  public mutating func normal() -> Float {
    let radius = (-2 * log(1 - Double(uniform()))).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(uniform())))
  }
}
