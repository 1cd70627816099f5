import Engine
import Evaluation
import Threading

/// Requests wait here for the one thread that encodes, which takes several at once.
///
///     admit(n) → decode pictures → ask(question, inputs) → … batch … → answer → leave(n)
///
/// What is admitted is counted until it is answered, so that pictures which are still being decoded count too.
final class EncoderQueue: Sendable {
  /// A request that waits.
  private struct Job: Sendable {
    let inputs: Inputs
    let deadline: ContinuousClock.Instant
    /// Answers by the encoded inputs.
    let finish: @Sendable (ServedModel, _ texts: Tensor, _ pictures: Tensor) -> Void
    let fail: @Sendable (any Error) -> Void
  }

  private struct State {
    var jobs: [Job] = []
    /// Texts and pictures of `jobs`.
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
        while let jobs = next() { serve(jobs, model) }
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
      let job = Job(
        inputs: inputs, deadline: .now + .seconds(settings.timeoutSeconds),
        finish: { model, texts, pictures in
          continuation.resume(
            with: Result { try question.answer(model, texts: texts, pictures: pictures) })
        },
        fail: { continuation.resume(throwing: $0) })
      state.withLock { state in
        state.jobs.append(job)
        state.waiting += inputs.count
      }
      state.wakeAll()
    }
  }

  /// What is encoded next: as much as waits, up to a batch, and at least one request; nil once it is stopped.
  private func next() -> [Job]? {
    state.wait { !$0.jobs.isEmpty || $0.isClosed }
    if settings.windowSeconds > 0, settings.batch > 1 {
      _ = state.wait(atMostSeconds: settings.windowSeconds) { $0.waiting >= settings.batch || $0.isClosed }
    }
    return state.withLock { state in
      guard !state.jobs.isEmpty else { return nil }
      var (count, items) = (0, 0)
      while count < state.jobs.count, count == 0 || items + state.jobs[count].inputs.count <= settings.batch {
        items += state.jobs[count].inputs.count
        count += 1
      }
      let taken = Array(state.jobs.prefix(count))
      state.jobs.removeFirst(count)
      state.waiting -= items
      return taken
    }
  }

  private func serve(_ jobs: [Job], _ model: ServedModel) {
    let now = ContinuousClock.now
    for job in jobs where job.deadline < now { job.fail(ServerError.late) }
    let live = jobs.filter { $0.deadline >= now }
    if !live.isEmpty { encode(live, model) }
  }

  private func encode(_ jobs: [Job], _ model: ServedModel) {
    let (texts, pictures) = (jobs.flatMap(\.inputs.texts), jobs.flatMap(\.inputs.pictures))
    let (textRows, pictureRows): (Tensor, Tensor)
    do {
      textRows = try model.encoders.texts(texts)
      pictureRows = try model.encoders.images(pictures.flatMap { $0 })
    } catch {
      // Of several of which one can't be encoded, each is asked for itself.
      if jobs.count == 1 { return jobs[0].fail(error) }
      for job in jobs { encode([job], model) }
      return
    }
    metrics.batch(texts: texts.count, pictures: pictures.count)
    var (text, picture) = (0, 0)
    for job in jobs {
      let (nextText, nextPicture) = (text + job.inputs.texts.count, picture + job.inputs.pictures.count)
      // What is asked may take long by itself, as many labels do.
      if job.deadline < .now {
        job.fail(ServerError.late)
      } else {
        job.finish(model, textRows.rows(text..<nextText), pictureRows.rows(picture..<nextPicture))
      }
      (text, picture) = (nextText, nextPicture)
    }
  }
}
