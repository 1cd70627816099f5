extension RunFile {
  /// The run with c, L and the precision filled in, checked as a whole and against the number of workers.
  ///
  /// A run is defined by its seed, B, c, L and precision; on resume pass those of the checkpoint, which stand in for what
  /// the run file leaves open.
  ///
  /// - Parameters:
  ///   - prefersBF16: whether every worker's processor multiplies bf16 faster than f32, which alone makes auto bf16.
  ///   - fitting: pairs that fit into a chunk's memory, where c is left open.
  public func resolved(
    workers: Int, resuming settled: SettledValues? = nil, prefersBF16: Bool = false, fitting: Int = .max
  ) throws(RunFileError) -> RunFile {
    precondition(workers > 0, "resolved: \(workers) workers")
    try requireInputs()
    var run = self
    if precision == .auto {
      run.precision = settled?.precision ?? precision.resolved(prefersBF16: prefersBF16)
    }
    let chunk = batch.chunk ?? settled?.chunk ?? defaultChunk(batch: batch.size, workers: workers, fitting: fitting)
    run.batch.chunk = chunk
    if let settled {
      run.parallel.lanes = parallel.lanes ?? settled.lanes
      try run.checkResumed(workers: workers)
    } else {
      try checkChunk(chunk, workers: workers, fitting: fitting)
      let lanes = parallel.lanes ?? defaultLanes(chunks: batch.size / chunk, workers: workers)
      run.parallel.lanes = lanes
      try checkLanes(lanes, chunks: batch.size / chunk, workers: workers, fitting: fitting)
    }

    if schedule.steps == nil && schedule.epochs == nil && schedule.samples == nil {
      run.schedule.epochs = ScheduleSection.usualEpochs
    }
    return run
  }

  private func requireInputs() throws(RunFileError) {
    try schedule.check()
    try loss.check(batch: batch.size)
    try checkObjective()
    if data.shuffleCaptions, let features = data.features {
      throw .value(key: "data.features", found: features, must: "be null where data.shuffle_captions is true")
    }
    try model.checkLocks()
    try distillation.check(model)
    try checkEvaluation()
    if model.config == nil && model.from == nil { throw .missing("model.config") }
    if data.train.isEmpty { throw .missing("data.train") }
    if objective == .contrastive && data.tokenizer == nil && model.from == nil && model.textFrom == nil {
      throw .missing("data.tokenizer")
    }
  }

  private func checkChunk(_ chunk: Int, workers: Int, fitting: Int) throws(RunFileError) {
    if batch.size % chunk == 0, batch.size / chunk % workers == 0 { return }
    let alternatives = alternatives(chunk: chunk, workers: workers, fitting: fitting)
    if batch.size % chunk != 0 { throw .chunk(batch: batch.size, chunk: chunk, alternatives: alternatives) }
    throw .workers(batch: batch.size, chunk: chunk, workers: workers, alternatives: alternatives)
  }

  private func checkLanes(_ lanes: Int, chunks: Int, workers: Int, fitting: Int) throws(RunFileError) {
    guard Self.areLanes(lanes, chunks: chunks) else {
      let valid = powersOfTwo(dividing: chunks)
      let shared = valid.filter { parallel.reduction == .fast || $0 % workers == 0 }
      throw .lanes(
        lanes, chunks: chunks, valid: shared.isEmpty ? valid : shared, fastFor: shared.isEmpty ? workers : nil)
    }
    if parallel.reduction == .exact && lanes % workers != 0 {
      let valid = powersOfTwo(dividing: lanes).filter {
        fits(batch: batch.size, chunk: batch.chunk, workers: $0, fitting: fitting)
      }
      throw .exact(lanes: lanes, workers: workers, valid: valid)
    }
  }

  /// Of a run whose chunks and lanes a checkpoint has settled, only the number of workers can be another.
  private func checkResumed(workers: Int) throws(RunFileError) {
    guard let chunk = batch.chunk, let lanes = parallel.lanes else {
      preconditionFailure("resumed: nothing is settled")
    }
    if fits(batch: batch.size, chunk: chunk, workers: workers) { return }
    throw .resumed(
      batch: batch.size, chunk: chunk, lanes: lanes, workers: workers,
      valid: workersToGoOn(chunk: chunk, near: workers))
  }
}

extension RunFileError {
  static func missing(_ name: String) -> RunFileError {
    .missing(key: name, meaning: RunFileKey.all.first { $0.name == name }?.meaning ?? "")
  }
}

/// The largest divisor of B up to B/8, or B/N on more workers than eight, that fits, and at least 1.
func defaultChunk(batch: Int, workers: Int, fitting: Int) -> Int {
  largestDivisor(of: batch, atMost: max(1, min(batch / max(8, workers), fitting)))
}

/// In steps up to √n: by its quotient where that is the smaller of the two.
private func largestDivisor(of n: Int, atMost most: Int) -> Int {
  var quotient = (n + most - 1) / most
  while quotient * quotient <= n {
    if n % quotient == 0 { return n / quotient }
    quotient += 1
  }
  return (1...max(1, min(most, n / quotient))).last { n % $0 == 0 } ?? 1
}

/// The largest power of two that divides the number of chunks and is at most max(8, N).
func defaultLanes(chunks: Int, workers: Int) -> Int {
  powersOfTwo(dividing: chunks).last { $0 <= max(8, workers) } ?? 1
}

private func powersOfTwo(dividing count: Int) -> [Int] {
  (0...count.trailingZeroBitCount).map { 1 << $0 }
}
