import Foundation
import Planning

extension MachineProfile {
  /// Prints what was measured, for a person to read.
  func show() {
    print("each of \(workers) workers × \(threads) threads")
    show("f32", f32)
    if let bf16 { show("bf16", bf16) }
    print(String(format: "memory: %.1f GB/s", memoryBytesPerSecond / 1e9))
    print(String(format: "loss: %.1f GFLOP/s", lossFlops / 1e9))
    guard let wire else { return print("wire: not measured, by one worker alone") }
    print(
      String(
        format: "wire: %.1f µs, %.2f GB/s, %.0f %% of it felt by a worker that computes", wire.latencySeconds * 1e6,
        wire.bytesPerSecond / 1e9, 100 * wire.exposedShare))
  }

  private func show(_ precision: String, _ rates: Rates) {
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
