/// How the global batch falls into lanes, chunks and tiles, and which of them are a worker's.
///
/// Lanes, chunks and tiles depend on the run alone; the number of workers decides only who computes them. That is why
/// the result has the same bits for any number of workers: see `EXACTNESS.md`.
public struct BatchPlan: Sendable, Equatable {
  /// Pairs in the global batch.
  public let batch: Int
  /// Pairs that are encoded together.
  public let chunk: Int
  /// Equal contiguous parts of the batch; gradients of a lane add up in chunk order, lanes by a binary tree.
  public let lanes: Int
  public let workers: Int
  public let rank: Int
  /// My neighbouring lanes that go through the encoders at once, where a chunk is a lane; else 1. The bits don't depend on it.
  public let together: Int
  /// 512 × 512 similarities and two strips of features of width 512 are 3 MiB, which a core's caches still serve.
  public let tileSide: Int

  public init(
    batch: Int, chunk: Int, lanes: Int, workers: Int, rank: Int, together: Int = 1, tileSide: Int = 512
  ) {
    precondition(
      batch % (lanes * chunk) == 0 && lanes % workers == 0 && rank < workers,
      "batch plan: batch \(batch), chunk \(chunk), \(lanes) lanes, worker \(rank) of \(workers)")
    precondition(
      together == 1 || together.nonzeroBitCount == 1 && lanes / workers % together == 0 && batch == lanes * chunk,
      "batch plan: \(together) lanes together of \(lanes) of \(workers) workers, batch \(batch), chunk \(chunk)")
    self.together = together
    self.batch = batch
    self.chunk = chunk
    self.lanes = lanes
    self.workers = workers
    self.rank = rank
    self.tileSide = tileSide
  }

  public var rowsPerLane: Int { batch / lanes }
  public var chunksPerLane: Int { rowsPerLane / chunk }
  public var rowsPerWorker: Int { batch / workers }
  public var chunksPerWorker: Int { rowsPerWorker / chunk }
  public var myLanes: Range<Int> { rank * lanes / workers..<(rank + 1) * lanes / workers }
  public var myRows: Range<Int> { rank * rowsPerWorker..<(rank + 1) * rowsPerWorker }

  /// Rows of a lane, counted in the global batch.
  public func rows(ofLane lane: Int) -> Range<Int> { lane * rowsPerLane..<(lane + 1) * rowsPerLane }

  /// One of my lanes' rows, counted among mine.
  func myRows(ofLane lane: Int) -> Range<Int> { rows(ofLane: lane).shifted(by: -myRows.lowerBound) }

  /// Rows of my n-th chunk, counted among mine.
  public func rows(ofMyChunk n: Int) -> Range<Int> { n * chunk..<(n + 1) * chunk }

  /// Positions in the endless sequence of samples of my n-th chunk since the run began.
  public func positions(ofMyChunk n: Int) -> Range<Int> {
    let (step, i) = n.quotientAndRemainder(dividingBy: chunksPerWorker)
    let first = step * batch + myRows.lowerBound + i * chunk
    return first..<first + chunk
  }

  /// The lane that a row of the global batch belongs to.
  func lane(ofRow row: Int) -> Int { row / rowsPerLane }
}
