import Engine
import Pairs

extension Encoders {
  /// Encodes all pictures of a source in its order, batch by batch; what can't be used is left out, up to a limit.
  ///
  /// - Parameters:
  ///   - skipLimit: the share of the pairs that may be lost; nil: that of the bounds.
  ///   - body: takes a batch and its pictures' rows, `[batch.count, width]`.
  /// - Returns: what was left out.
  func eachBatch(
    of source: any PairSource, _ observer: any EvaluationObserver, skipLimit: Double? = nil,
    _ body: (EvaluationBatch, Tensor) throws -> Void
  ) throws -> [SkippedSample] {
    // One thread reads ahead: more would take the cores that the products wait for.
    let reader = EvaluationReader(
      source: source, transform: transform, batch: Self.batch, threads: 1,
      skipLimit: skipLimit ?? bounds.skipLimit)
    var (read, told) = (0, 0)
    func tell() {
      let skipped = reader.skipped
      skipped[told...].forEach(observer.skipped)
      told = skipped.count
    }
    defer { tell() }
    while let batch = try reader.next() {
      if batch.count > 0 { try body(batch, try images(batch.images)) }
      read = min(source.count, read + Self.batch)
      tell()
      observer.advanced(to: read, of: source.count)
    }
    return reader.skipped
  }
}
