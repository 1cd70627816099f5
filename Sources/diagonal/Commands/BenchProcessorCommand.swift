import ArgumentParser
import Engine
import Foundation

struct BenchProcessorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "processor",
    abstract: "Names the processor and measures its limit: multiply-adds in registers, and oneDNN's products beside them.",
    discussion: """
      On one thread and on all at once, since cores share power and heat. DIAGONAL_MAX_ISA holds kernels and oneDNN to a lower \
      instruction set: baseline, avx2, avx512 or avx512_bf16.

      Examples:
        diagonal bench processor --threads 2
        DIAGONAL_MAX_ISA=avx2 diagonal bench processor --threads 2 --json
      """)

  @Option(help: "All threads.") var threads = 1
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    if !(1...4096 ~= threads) { throw ValidationError("--threads is \(threads), expected between 1 and 4096") }
  }

  func run() throws {
    let counts = threads == 1 ? [1] : [1, threads]
    let report = ProcessorReport(
      processor: Processor.name, isa: Processor.kernels.description, oneDNN: Processor.oneDNN.description,
      multipliesBF16: Processor.multipliesBF16, rates: counts.map(ProcessorReport.Rates.init(threads:)))
    if json { try printJSON(report) } else { show(report) }
  }

  private func show(_ report: ProcessorReport) {
    print("\(report.processor), \(report.isa) (oneDNN: \(report.oneDNN))")
    for rates in report.rates {
      print(
        "\(rates.threads) threads: multiply-adds \(gigaflops(rates.multiplyAdd)), oneDNN's products "
          + "\(gigaflops(rates.f32)) in f32, \(gigaflops(rates.bf16)) in bf16")
    }
  }

  private func gigaflops(_ gigaflops: Double) -> String { String(format: "%.1f GFLOP/s", gigaflops) }
}

private struct ProcessorReport: Encodable {
  let processor: String
  /// Of our kernels, and of oneDNN.
  let isa: String
  let oneDNN: String
  let multipliesBF16: Bool
  let rates: [Rates]

  /// GFLOP/s of so many threads at once.
  struct Rates: Encodable {
    let threads: Int
    let multiplyAdd: Double
    let f32: Double
    let bf16: Double

    init(threads: Int) {
      Threads.count = threads
      self.threads = threads
      multiplyAdd = MultiplyAddRate.peak() / 1e9
      f32 = ProductRate.peak(.f32) / 1e9
      bf16 = ProductRate.peak(.bf16) / 1e9
    }

    enum CodingKeys: String, CodingKey {
      case threads
      case multiplyAdd = "multiply_add_gflops"
      case f32 = "f32_gflops"
      case bf16 = "bf16_gflops"
    }
  }

  enum CodingKeys: String, CodingKey {
    case processor, isa, rates
    case oneDNN = "onednn_isa"
    case multipliesBF16 = "multiplies_bf16"
  }
}
