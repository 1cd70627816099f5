import Engine
import Pairs

extension Encoders {
  /// Encodes all pictures of a source in its order, batch by batch; what can't be used is left out, up to the bounds.
  ///
  /// - Parameters:
  ///   - withImages: whether pictures are read; else the rows are none.
  ///   - body: takes a batch and its pictures' rows, `[batch.count, width]`.
  /// - Returns: how many pairs were left out.
  /// - Throws: `EvaluationError.nothingToEvaluate` if none was left.
  func eachBatch(
    of source: any PairSource, _ observer: any EvaluationObserver, withImages: Bool = true,
    _ body: (EvaluationBatch, Tensor) throws -> Void
  ) throws -> Int {
    // One thread reads ahead: more would take the cores that the products wait for.
    let reader = EvaluationReader(
      source: source, transform: transform, batch: Self.batch, threads: 1, withImages: withImages,
      skipLimit: bounds.skipLimit)
    var (read, used, told) = (0, 0, 0)
    func tell() {
      let skipped = reader.skipped
      skipped[told...].forEach(observer.skipped)
      told = skipped.count
    }
    defer { tell() }
    while let batch = try reader.next() {
      if batch.count > 0 { try body(batch, images(batch.images)) }
      used += batch.count
      read = min(source.count, read + Self.batch)
      tell()
      observer.advanced(to: read, of: source.count)
    }
    guard used > 0 else { throw EvaluationError.nothingToEvaluate }
    return SkipSummary(reader.skipped).lost
  }
}
