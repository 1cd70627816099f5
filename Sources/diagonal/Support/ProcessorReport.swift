import Foundation

/// What `diagonal bench processor` measured, as lines and as JSON.
struct ProcessorReport: Encodable {
  let processor: String
  /// The instruction set of our kernels.
  let isa: String
  /// The one that oneDNN uses.
  let oneDNN: String
  let multipliesBF16: Bool
  let rates: [Rates]

  /// GFLOP/s of so many threads at once.
  struct Rates: Encodable {
    let threads: Int
    /// In registers; 0 in bf16 where there is no instruction for it.
    let multiplyAdd: Double
    let multiplyAddBF16: Double
    /// A product of the engine's own.
    let f32: Double
    let bf16: Double

    enum CodingKeys: String, CodingKey {
      case threads
      case multiplyAdd = "multiply_add_gflops"
      case multiplyAddBF16 = "multiply_add_bf16_gflops"
      case f32 = "f32_gflops"
      case bf16 = "bf16_gflops"
    }
  }

  enum CodingKeys: String, CodingKey {
    case processor, isa, rates
    case oneDNN = "onednn_isa"
    case multipliesBF16 = "multiplies_bf16"
  }

  func show() {
    print("\(processor), \(isa) (convolutions: \(oneDNN))")
    for rates in rates {
      print(
        "\(rates.threads) threads, GFLOP/s in f32 / bf16: multiply-adds in registers "
          + "\(gigaflops(rates.multiplyAdd)) / \(multipliesBF16 ? gigaflops(rates.multiplyAddBF16) : "none"), "
          + "products \(gigaflops(rates.f32)) / \(gigaflops(rates.bf16))")
    }
  }

  private func gigaflops(_ gigaflops: Double) -> String { String(format: "%.1f", gigaflops) }
}
