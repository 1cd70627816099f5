import Evaluation
import Hummingbird
import Stored

/// Answers the calls that need the model.
struct Calls: Sendable {
  let facts: ModelFacts
  let queue: EncoderQueue
  let reader: PictureReader
  let body: BodyReader
  let settings: ServerSettings

  func embeddings(_ request: Request) async throws -> Response {
    let call = try await body(EmbeddingsCall.self, request)
    try require(model: call.model)
    if call.inputs.isEmpty { throw ServerError.bad("input: expected one at least") }
    if let dimensions = call.dimensions, dimensions != facts.width {
      throw ServerError.bad("dimensions: the model's embeddings have \(facts.width) numbers, and are never cut")
    }
    let (texts, images) = (call.texts, call.images)
    let found = try await ask(RowsQuestion(), texts, images)
    var (text, image) = (found.texts[...], found.pictures[...])
    let items = call.inputs.enumerated().map { number, input in
      let row = if case .text = input { text.removeFirst() } else { image.removeFirst() }
      return EmbeddingsAnswer.Item(index: number, embedding: .init(row, call.format))
    }
    let tokens = texts.reduce(0) { $0 + facts.tokenCount($1) }
    return try jsonAnswer(EmbeddingsAnswer(data: items, model: facts.name, usage: .init(tokens: tokens)))
  }

  func classify(_ request: Request) async throws -> Response {
    let call = try await body(ClassifyCall.self, request)
    try require(model: call.model)
    if let problem = call.problem(mostInputs: settings.inputs, mostBytes: settings.bodyBytes) {
      throw ServerError.bad(problem)
    }
    try require(.texts)
    try require(.images)
    try require(short: call.labels + (call.templates ?? []))
    let guesses = try await guesses(call)
    return try jsonAnswer(
      ClassifyAnswer(
        images: guesses.map { .init(labels: $0) }, model: facts.name,
        probabilities: facts.bias == nil ? "softmax" : "sigmoid"))
  }

  private func guesses(_ call: ClassifyCall) async throws -> [[ClassEmbeddings.Guess]] {
    let templates = call.templates ?? ["{}"]
    let question = ClassesQuestion(labels: call.labels, templates: templates, top: call.top ?? .max)
    if facts.keptClasses.contains(RecentClasses.Names(call.labels, templates)),
      let found = try await ask(question, [], call.images)
    {
      return found
    }
    let found = try await ask(question, [], call.images, sentenceCount: call.labels.count * templates.count) {
      ClassEmbeddings.sentences(call.labels, templates: templates, isSupervised: facts.isSupervised)
    }
    guard let found else { preconditionFailure("classify: labels came with their sentences") }
    return found
  }

  func search(_ request: Request) async throws -> Response {
    let call = try await body(SearchCall.self, request)
    try require(model: call.model)
    if let problem = call.problem { throw ServerError.bad(problem) }
    guard let part = call.part, let searched = facts.searched[part] else {
      throw ServerError.unknown(
        facts.searched.isEmpty
          ? "nothing is searched: the server was started without --in" : "no \(call.over ?? "images") are searched")
    }
    let (more, less) = (call.more ?? [], call.less ?? [])
    let question = NeighboursQuestion(
      name: call.text ?? call.key ?? "the picture", key: call.key, lessCount: less.count,
      lessWeight: call.lessWeight ?? 0.5, part: part, top: call.top ?? 10)
    let hits = try await ask(question, (call.text.map { [$0] } ?? []) + more + less, call.image.map { [$0] } ?? [])
    return try jsonAnswer(
      SearchAnswer(
        results: hits, rows: searched.rows, exact: searched.isExact, pictures: facts.thumbnails != nil,
        model: facts.name))
  }

  func picture(_ text: String?) async throws -> Response {
    guard let thumbnails = facts.thumbnails, let row = text.flatMap({ Int($0) }) else {
      throw ServerError.unknown("there is no picture of row \(text ?? "")")
    }
    let file = try await queue.admitting(1) { try await reader.run { thumbnails.file(row: row) } }
    guard let file else { throw ServerError.unknown("there is no picture of row \(row)") }
    var answer = fileAnswer(file, "image/jpeg")
    answer.headers[.cacheControl] = "private, max-age=3600"
    return answer
  }

  /// - Parameters:
  ///   - sentenceCount: at most how many texts the server makes of a request's. They take room in the queue for a batch at most,
  ///     since no more are encoded before others have their turn.
  ///   - sentences: makes them, once there is room.
  private func ask<Asked: Question>(
    _ question: Asked, _ texts: [String], _ images: [String], sentenceCount: Int = 0,
    sentences: () -> [String] = { [] }
  ) async throws -> Asked.Answer {
    if !texts.isEmpty { try require(.texts) }
    if !images.isEmpty { try require(.images) }
    try require(short: texts)
    let count = texts.count + images.count
    guard count <= settings.inputs else {
      throw ServerError.tooLarge("\(count) texts and pictures in a request, more than \(settings.inputs)")
    }
    return try await queue.admitting(min(settings.queue, max(1, count + min(sentenceCount, settings.batch)))) {
      let pixels = try await reader.pixels(images, facts.transform)
      return try await queue.ask(question, Inputs(texts: texts + sentences(), pictures: pixels))
    }
  }

  private func require(model: String?) throws(ServerError) {
    guard let model, model != facts.name else { return }
    throw .unknown("model: there is no “\(model)”; this is “\(facts.name)”")
  }

  private func require(short texts: [String]) throws(ServerError) {
    guard texts.contains(where: { $0.utf8.count > settings.textBytes }) else { return }
    throw .tooLarge("a text is longer than \(settings.textBytes) bytes")
  }

  private func require(_ part: StoredPart) throws(ServerError) {
    guard !facts.parts.contains(part) else { return }
    let (missing, other) = part == .images ? ("pictures", "text") : ("texts", "image")
    throw .bad("this server encodes no \(missing): it was started with --tower \(other); /models says what it answers")
  }
}
