import Engine
import Evaluation
import Threading

/// Requests wait here for the one thread that encodes, which takes several at once.
///
///     admit(n) → decode pictures → ask(question, inputs) → … batches … → answer → leave(n)
///
/// What is admitted is counted until it is answered, so that pictures which are still being decoded count too. Of a request that
/// has more than a batch holds one batch is encoded, then it waits again behind the others: none is kept waiting by the size of
/// another's.
final class EncoderQueue: Sendable {
  private typealias Piece = EncodingJob.Piece

  private struct State {
    var jobs: [EncodingJob] = []
    /// Texts and pictures of `jobs` that aren't taken yet.
    var waiting = 0
    /// Texts and pictures that were admitted and aren't answered.
    var admitted = 0
    var isClosed = false
    var hasEnded = false
  }

  private let state = Monitor(State())
  private let settings: ServerSettings
  private let metrics: ServerMetrics

  init(_ settings: ServerSettings, _ metrics: ServerMetrics) { (self.settings, self.metrics) = (settings, metrics) }

  /// Starts the thread, on which `load` makes the model.
  ///
  /// - Returns: what is known of the model, once it is loaded.
  func start(_ load: @escaping @Sendable () throws -> ServedModel) throws -> ModelFacts {
    let loaded = Monitor<Result<ModelFacts, any Error>?>(nil)
    startThread("encoder") { [self] in
      do {
        let model = try load()
        loaded.withLock { $0 = .success(ModelFacts(model)) }
        loaded.wakeAll()
        while let pieces = next() { serve(pieces, model) }
      } catch {
        loaded.withLock { $0 = .failure(error) }
        loaded.wakeAll()
      }
      state.withLock { $0.hasEnded = true }
      state.wakeAll()
    }
    return try loaded.wait(until: { $0 != nil }, then: { $0! }).get()
  }

  /// Ends the thread once all that waits is answered.
  func stop() {
    state.withLock { $0.isClosed = true }
    state.wakeAll()
    state.wait { $0.hasEnded }
  }

  /// Calls `body` with room for so many texts and pictures.
  ///
  /// - Throws: `ServerError.busy` where there is none.
  func admitting<Answer: Sendable>(_ count: Int, _ body: () async throws -> Answer) async throws -> Answer {
    try change(admittedBy: count)
    defer { try? change(admittedBy: -count) }
    return try await body()
  }

  private func change(admittedBy count: Int) throws(ServerError) {
    try state.withLock { (state: inout State) throws(ServerError) in
      guard count < 0 || state.admitted + count <= settings.queue else { throw .busy(state.admitted) }
      state.admitted += count
      metrics.queue(state.admitted)
    }
  }

  /// Waits for the answer to a question.
  func ask<Asked: Question>(_ question: Asked, _ inputs: Inputs) async throws -> Asked.Answer {
    try await withCheckedThrowingContinuation { continuation in
      let job = EncodingJob(
        inputs, .now + .seconds(settings.timeoutSeconds),
        finish: { model, texts, pictures in
          continuation.resume(
            with: Result { try question.answer(model, texts: texts, pictures: pictures) })
        },
        refuse: { continuation.resume(throwing: $0) })
      state.withLock { state in
        state.jobs.append(job)
        state.waiting += inputs.count
      }
      state.wakeAll()
    }
  }

  /// What is encoded next: as much as waits, up to a batch; nil once it is stopped.
  private func next() -> [Piece]? {
    state.wait { !$0.jobs.isEmpty || $0.isClosed }
    if settings.windowSeconds > 0, settings.batch > 1 {
      _ = state.wait(atMostSeconds: settings.windowSeconds) { $0.waiting >= settings.batch || $0.isClosed }
    }
    return state.withLock { state in
      guard !state.jobs.isEmpty else { return nil }
      var (pieces, room) = ([Piece](), settings.batch)
      while let job = state.jobs.first, room > 0 || job.rest == 0 {
        state.jobs.removeFirst()
        // One that failed at another piece has nothing left to be done.
        let rest = job.rest
        state.waiting -= job.hasEnded ? rest : min(rest, room)
        if job.hasEnded { continue }
        pieces.append(job.take(atMost: room))
        room -= min(rest, room)
        if job.rest > 0 { state.jobs.append(job) }
      }
      return pieces
    }
  }

  private func serve(_ pieces: [Piece], _ model: ServedModel) {
    let now = ContinuousClock.now
    // What is begun is answered: who comes again would find it no nearer to its end.
    for piece in pieces where piece.isFirst && piece.job.deadline < now { piece.job.fail(ServerError.late) }
    let live = pieces.filter { !$0.job.hasEnded }
    if !live.isEmpty { encode(live, model) }
  }

  private func encode(_ pieces: [Piece], _ model: ServedModel) {
    let texts = pieces.flatMap { $0.job.texts($0) }
    let pictures = pieces.flatMap { $0.job.pictures($0) }
    let (textRows, pictureRows): (Tensor, Tensor)
    do {
      textRows = try model.encoders.texts(texts)
      pictureRows = try model.encoders.images(pictures.flatMap { $0 })
    } catch {
      // Of several of which one can't be encoded, each is asked for itself.
      if pieces.count == 1 { return pieces[0].job.fail(error) }
      for piece in pieces { encode([piece], model) }
      return
    }
    metrics.batch(texts: texts.count, pictures: pictures.count)
    var (text, picture) = (0, 0)
    for piece in pieces {
      let (nextText, nextPicture) = (text + piece.texts.count, picture + piece.pictures.count)
      piece.job.add(
        piece, texts: textRows.rows(text..<nextText), pictures: pictureRows.rows(picture..<nextPicture), model)
      (text, picture) = (nextText, nextPicture)
    }
  }
}
