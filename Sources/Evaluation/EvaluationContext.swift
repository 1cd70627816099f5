import Collectives
import Engine
import Pairs
import Similarity

/// What an evaluator works with: a model, and the workers that share the work.
///
/// Pictures and texts are encoded in batches of one grid, of which each worker has some, so that an embedding has the same
/// bits on any number of workers. All workers make the same calls and get the same results.
public struct EvaluationContext {
  private let given: Encoders?
  /// Embeddings that are stored, and needn't be made.
  private let storedTexts: StoredTexts?
  public let workers: any Communicator
  public let observer: any EvaluationObserver
  /// Opens pairs that an option names, beside those that are measured.
  public let open: (String) throws -> any PairSource

  /// - Parameters:
  ///   - encoders: nil where all that is measured is stored.
  ///   - stored: embeddings, of which the texts' serve for the same texts wherever they stand.
  public init(
    _ encoders: Encoders?, over workers: any Communicator, stored: StoredPairs? = nil,
    observer: any EvaluationObserver = Unobserved(),
    open: @escaping (String) throws -> any PairSource = { try openPairs([$0]) }
  ) {
    (given, self.workers, self.open, storedTexts) = (encoders, workers, open, stored.flatMap(StoredTexts.init))
    self.observer = workers.rank == 0 ? observer : Unobserved()
  }
}

extension EvaluationContext {
  public var encoders: Encoders {
    get throws(EvaluationError) {
      guard let given else { throw .noModel }
      return given
    }
  }
}

/// The pairs of a source that could be used, in its order, with their pictures' embeddings.
struct EncodedPairs {
  /// Unit rows, a part on each worker.
  let images: SharedRows
  /// Their indices in the source.
  let samples: [Int]
  /// All captions of each; none where nobody asked for them.
  let captions: [[String]]
  /// How many pairs were left out.
  let skipped: Int

  var count: Int { samples.count }
}

extension EvaluationContext {
  /// What a worker has read of its part of a source.
  private struct Part: Codable {
    var samples: [Int] = []
    var captions: [[String]] = []
    var skipped: [SkippedSample] = []
  }

  /// Encodes the pictures of a source; what can't be used is left out, up to the bounds. Called by all workers.
  ///
  /// - Throws: `EvaluationError.nothingToEvaluate` if no pair is left.
  func encode(_ source: any PairSource, withCaptions: Bool = true) throws -> EncodedPairs {
    if let stored = (source as? any EmbeddedPairs)?.stored {
      return try stored.encoded(source, withCaptions, over: workers)
    }
    let encoders = try encoders
    let slice = SourceSlice(source, worker: workers.rank, of: workers.size, unit: Encoders.batch)
    let images = Tensor(shape: [slice.count, encoders.width])
    var part = Part()
    part.skipped = try encoders.eachBatch(of: slice, observer, skipLimit: skipLimit(source, slice, encoders)) {
      batch, rows in
      images.rows(part.samples.count..<part.samples.count + batch.count).set(rows)
      part.samples += batch.samples.map { $0 + slice.range.lowerBound }
      if withCaptions { part.captions += batch.captions }
    }
    let parts = try workers.gathered(values: part)
    for other in parts.dropFirst() { other.skipped.forEach(observer.skipped) }
    let summary = SkipSummary(parts.flatMap(\.skipped))
    try SkipLimit(share: encoders.bounds.skipLimit, of: source).check(summary)
    let samples = parts.flatMap(\.samples)
    guard !samples.isEmpty else { throw EvaluationError.nothingToEvaluate }
    return EncodedPairs(
      images: try SharedRows(images.rows(0..<part.samples.count), over: workers), samples: samples,
      captions: parts.flatMap(\.captions), skipped: summary.lost)
  }

  /// The share of a worker's part at which alone it has lost more than may be lost of the whole.
  private func skipLimit(_ source: any PairSource, _ slice: SourceSlice, _ encoders: Encoders) -> Double {
    let share = encoders.bounds.skipLimit
    if workers.size == 1 { return share }
    let own = SkipLimit(share: share, of: slice).pairs
    return own == 0 ? 1 : min(1, share * Double(SkipLimit(share: share, of: source).pairs) / Double(own))
  }

  /// Encodes texts, a part of them on each worker. Called by all workers.
  ///
  /// - Returns: `[texts.count, width]`, unit rows.
  func texts(_ texts: [String]) throws -> SharedRows {
    let range = workerShare(workers.rank, of: workers.size, count: texts.count, unit: Encoders.batch)
    let own = Array(texts[range])
    let rows = try storedTexts?.rows(of: own) { try encoders.texts($0) } ?? encoders.texts(own)
    return try SharedRows(rows, over: workers)
  }
}

/// A worker's part of so many things: whole units, as many as others' or one more.
func workerShare(_ worker: Int, of workers: Int, count: Int, unit: Int) -> Range<Int> {
  let units = (count + unit - 1) / unit
  return min(count, units * worker / workers * unit)..<min(count, units * (worker + 1) / workers * unit)
}

/// A worker's part of a source.
struct SourceSlice: PairSource {
  let range: Range<Int>
  let skipped: [SkippedSample]
  private let source: any PairSource

  /// What is known to be unusable from the start, all workers know: worker 0 tells it.
  init(_ source: any PairSource, worker: Int, of workers: Int, unit: Int) {
    self.source = source
    range = workerShare(worker, of: workers, count: source.count, unit: unit)
    skipped = worker == 0 ? source.skipped : []
  }

  var count: Int { range.count }
  func pair(at index: Int) throws -> Pair { try source.pair(at: range.lowerBound + index) }
  func pairWithoutImage(at index: Int) throws -> Pair { try source.pairWithoutImage(at: range.lowerBound + index) }
  func location(of index: Int) -> PairLocation { source.location(of: range.lowerBound + index) }
}
