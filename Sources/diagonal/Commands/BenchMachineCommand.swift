import ArgumentParser
import Collectives
import Foundation
import Planning

struct BenchMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine", abstract: "Measures what `diagonal plan` needs to know of this machine; about two minutes.",
    discussion: """
      Start as many workers as a host will run: they share its caches and its memory. Over several hosts the wire is \
      measured across all of them.

      Examples:
        mpirun -np 2 diagonal bench machine --json > machine.json
        diagonal plan launch/runs/emoji.yaml --workers 2 --machine machine.json
      """)

  @Option(help: "Threads of each worker.") var threads = 1
  @Option(help: "Steps to time of each model, after two that warm up.") var steps = 5
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    for (name, value) in [("threads", threads), ("steps", steps)] where value < 1 {
      throw ValidationError("--\(name) is \(value), expected at least 1")
    }
  }

  func run() throws {
    try overMPI { workers in
      guard workers.size.nonzeroBitCount == 1 else {
        throw ValidationError("a machine is measured on 1, 2, 4, 8, … workers, not on \(workers.size)")
      }
      let profile = try MachineBenchmark(threads: threads, steps: steps).run(workers: workers)
      guard workers.rank == 0 else { return }
      if json { try printJSON(profile) } else { show(profile) }
    }
  }

  private func show(_ profile: MachineProfile) {
    print("each of \(profile.workers) workers × \(profile.threads) threads")
    show("f32", profile.f32)
    if let bf16 = profile.bf16 { show("bf16", bf16) }
    print(String(format: "memory: %.1f GB/s", profile.memoryBytesPerSecond / 1e9))
    print(String(format: "loss: %.1f GFLOP/s", profile.lossFlops / 1e9))
    guard let wire = profile.wire else { return print("wire: not measured, by one worker alone") }
    print(
      String(
        format: "wire: %.1f µs, %.2f GB/s, %.0f %% of it felt by a worker that computes", wire.latencySeconds * 1e6,
        wire.bytesPerSecond / 1e9, 100 * wire.exposedShare))
  }

  private func show(_ precision: String, _ rates: MachineProfile.Rates) {
    func words(_ cost: EncoderCost) -> String {
      String(
        format: "%.2f ns a thousand operations and %.3f ns a byte of graph", cost.secondsPerFlop * 1e12,
        cost.secondsPerGraphByte * 1e9)
    }
    print(String(format: "\(precision): products %.1f GFLOP/s", rates.productFlops / 1e9))
    print("\(precision): transformers \(words(rates.transformer))")
    print("\(precision): convolutions \(words(rates.convolution))")
    print(String(format: "\(precision): update %.2f ns a parameter", rates.updateSecondsPerParameter * 1e9))
  }
}
