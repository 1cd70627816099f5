import Engine
import Randomness

/// Leaves out some of each picture's patches while training.
///
/// - Source: Li et al., “Scaling language-image pre-training via masking”, 2022; OpenCLIP's `PatchDropout`.
struct PatchDropout {
  /// The part of the patches that is left out.
  let fraction: Double
  /// Tokens before the patches, which stay.
  let tokens: Int

  /// - Parameter x: `[batch, tokens + patches, width]`
  /// - Returns: `[batch, tokens + kept, width]`; x itself outside training.
  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    guard let samples = pass.samples, fraction > 0 else { return x }
    let (batch, length) = (x.shape[0], x.shape[1])
    precondition(samples.count == batch, "patch dropout: \(samples.count) keys for \(batch) pictures")
    let kept = samples.map { keptRows(of: length, $0) }
    let rows = kept.enumerated().flatMap { picture, rows in rows.map { picture * length + $0 } }
    return pickRows(x, rows).reshaped([batch, kept[0].count, x.width])
  }

  /// The rows with the largest random numbers, in their order.
  func keptRows(of length: Int, _ key: SampleKey) -> [Int] {
    let patches = length - tokens
    var random = key.random(.patchDropout)
    let drawn = (0..<patches).map { _ in random.word() }
    let order = drawn.indices.sorted { (drawn[$1], $0) < (drawn[$0], $1) }
    return Array(0..<tokens) + order.prefix(keptPatches(of: patches)).sorted().map { $0 + tokens }
  }

  func keptPatches(of patches: Int) -> Int { max(1, Int(Double(patches) * (1 - fraction))) }
}
