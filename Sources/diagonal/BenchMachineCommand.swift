import ArgumentParser
import Training

struct BenchMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine", abstract: "Measures what `diagonal plan` needs to know of this machine; about a minute.",
    discussion: """
      Start as many workers as a host will run: they share its caches and memory. Over several hosts the wire is
      measured between neighbouring ranks.

      Examples:
        mpirun -np 2 diagonal bench machine --json > machine.json
        diagonal plan run.yaml --workers 2 --machine machine.json
      """)

  @Option(help: "Threads of each worker.") var threads = 1
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
  }

  func run() throws {
    try overMPI { workers in
      guard workers.size.nonzeroBitCount == 1 else {
        throw ValidationError("a machine is measured on 1, 2, 4, 8, … workers, not on \(workers.size)")
      }
      let bf16 = (try? Precision.bf16.element()) != nil
      let profile = try MachineBenchmark(threads: threads).run(workers: workers, bf16: bf16)
      guard workers.rank == 0 else { return }
      if json { try printJSON(profile) } else { show(profile) }
    }
  }

  private func show(_ profile: MachineProfile) {
    print("each of \(profile.workers) workers × \(profile.threads) threads")
    show("f32", profile.f32)
    if let bf16 = profile.bf16 { show("bf16", bf16) }
    print(String(format: "loss: %.1f GFLOP/s", profile.lossFlops / 1e9))
    print(String(format: "update: %.2f ns a parameter", profile.updateSecondsPerParameter * 1e9))
    guard let wire = profile.wire else { return print("wire: not measured, by one worker alone") }
    print(String(format: "wire: %.1f µs, %.2f GB/s", wire.latencySeconds * 1e6, wire.bytesPerSecond / 1e9))
  }

  private func show(_ precision: String, _ rates: MachineProfile.Rates) {
    print(
      String(
        format: "\(precision): products %.1f GFLOP/s, all else %.2f ns a number of the residual stream",
        rates.productFlops / 1e9, rates.secondsPerStreamNumber * 1e9))
  }
}
