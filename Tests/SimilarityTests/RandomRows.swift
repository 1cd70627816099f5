import Engine

/// Rows of multiples of 1/8 between −1 and 1, whose products have no rounding: ties are exact.
struct RandomRows {
  private var state: UInt64 = 1

  mutating func next(_ count: Int, width: Int = 6) -> [[Float]] {
    (0..<count).map { _ in
      (0..<width).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int(state >> 33) % 17 - 8) / 8
      }
    }
  }
}

/// Σ aᵢ bᵢ
func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

func tensor(_ rows: [[Float]], width: Int = 6) -> Tensor { Tensor(shape: [rows.count, width], rows.flatMap { $0 }) }
