import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Stored
import UnixSignals

/// A model over HTTP.
public struct ModelServer: Sendable {
  private let settings: ServerSettings
  private let queue: EncoderQueue
  private let reader: PictureReader
  private let metrics = ServerMetrics()
  private let facts: ModelFacts

  /// Loads the model, on the thread that will encode.
  public init(_ settings: ServerSettings, load: @escaping @Sendable () throws -> ServedModel) throws {
    self.settings = settings
    queue = EncoderQueue(settings, metrics)
    facts = try queue.start(load)
    // An event loop a core, as many threads for Swift's tasks, and two for their timers and for signals.
    requireRoom(threads: 2 * System.coreCount + settings.decoders + 2, bytes: 32 << 20)
    reader = PictureReader(settings)
  }

  /// Answers requests until it is asked to stop; then takes no more, and returns when all that were read are answered.
  ///
  /// - Parameters:
  ///   - signals: what asks it to stop, besides the task's own graceful shutdown.
  ///   - ready: told the port once requests are taken.
  public func run(
    stoppingOn signals: [UnixSignal] = [], logger: Logger = Logger(label: "diagonal-server"),
    ready: @escaping @Sendable (Int) -> Void
  ) async throws {
    let application = Application(
      router: router(),
      // Later than a body's own limit, which says why.
      server: .http1(configuration: .init(idleTimeout: .milliseconds(Int64(settings.timeoutSeconds * 1000) + 1000))),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), serverName: "diagonal",
        availableConnectionsDelegate: MaximumAvailableConnections(settings.connections, logger: logger)),
      onServerRunning: { ready($0.localAddress?.port ?? 0) }, logger: logger)
    var services = ServiceGroupConfiguration(services: [application], gracefulShutdownSignals: signals, logger: logger)
    // Who doesn't read its answer keeps no one waiting for ever.
    services.maximumGracefulShutdownDuration = .seconds(2 * settings.timeoutSeconds + 5)
    let group = ServiceGroup(configuration: services)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await group.run()) } catch { outcome = .failure(error) }
    try await reader.stop()
    queue.stop()
    try outcome.get()
  }

  /// How many requests were read so far, and how many answered.
  public var requests: (read: Int, answered: Int) { metrics.count.values }

  /// What is served, in words.
  public var summary: String {
    let searched = facts.searched.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.value.rows) \($0.key.rawValue)\($0.value.isExact ? "" : " by an index")" }
    let parts = facts.parts.map { $0 == .images ? "pictures" : "texts" }.sorted().joined(separator: " and ")
    return "\(facts.name): \(parts), \(facts.width) numbers each"
      + (searched.isEmpty ? "" : "; searches \(searched.joined(separator: " and "))")
  }

  private func router() -> Router<ServerContext> {
    let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
    let paths = Page.files.map(\.path) + ["/health", "/metrics", "/models", "/v1/models", "/pictures/{row}"]
    let calls = ["/v1/embeddings", "/classify", "/search"]
    let methods = Dictionary(
      uniqueKeysWithValues: paths.map { ($0, [HTTPRequest.Method.get, .head]) } + calls.map { ($0, [.post]) })
    router.add(middleware: MeasuredRequests(metrics: metrics, routes: Set(paths + calls)))
    router.add(middleware: AnsweredErrors())
    router.add(
      middleware: Gate(
        token: settings.token, host: settings.host, methods: methods, open: Set(Page.files.map(\.path) + ["/health"])))
    addCalls(router)
    for file in Page.files { router.get(RouterPath(file.path)) { _, _ in file.answer } }
    return router
  }

  private func addCalls(_ router: Router<ServerContext>) {
    let body = BodyReader(mostBytes: settings.bodyBytes, seconds: settings.timeoutSeconds)
    let calls = Calls(facts: facts, queue: queue, reader: reader, body: body, settings: settings)
    let (facts, metrics) = (facts, metrics)
    router.post("/v1/embeddings") { request, _ in try await calls.embeddings(request) }
    router.post("/classify") { request, _ in try await calls.classify(request) }
    router.post("/search") { request, _ in try await calls.search(request) }
    router.get("/pictures/:row") { _, context in try await calls.picture(context.parameters.get("row")) }
    for path in ["/models", "/v1/models"] as [RouterPath] {
      router.get(path) { _, _ in try jsonAnswer(ModelsAnswer(facts)) }
    }
    router.get("/health") { _, _ in try jsonAnswer(["status": "ok"]) }
    router.get("/metrics") { _, _ in
      fileAnswer(Array(metrics.text.utf8), "text/plain; version=0.0.4; charset=utf-8")
    }
  }
}
