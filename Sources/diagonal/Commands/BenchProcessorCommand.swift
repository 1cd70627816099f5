import ArgumentParser
import Engine

struct BenchProcessorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "processor",
    abstract:
      "Names the processor and measures its limit: multiply-adds in registers, and matrix products beside them.",
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
      multipliesBF16: Processor.multipliesBF16, rates: counts.map(rates))
    if json { try printJSON(report) } else { report.show() }
  }

  private func rates(threads: Int) -> ProcessorReport.Rates {
    Threads.count = threads
    // Products first: by the time that registers are measured the threads lie on cores of their own.
    let (f32, bf16) = (ProductRate.peak(.f32), ProductRate.peak(.bf16))
    return ProcessorReport.Rates(
      threads: threads, multiplyAdd: MultiplyAddRate.peak() / 1e9, multiplyAddBF16: MultiplyAddRate.peak(.bf16) / 1e9,
      f32: f32 / 1e9, bf16: bf16 / 1e9)
  }
}
