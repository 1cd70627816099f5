import Hummingbird

/// Counts what is answered, and how long it took until the answer was there.
struct MeasuredRequests: RouterMiddleware {
  let metrics: ServerMetrics
  /// The server's own paths: others are counted as one.
  let routes: Set<String>

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.count.begin()
    defer { metrics.count.end() }
    let response = try await next(request, context)
    let path = request.uri.path.hasPrefix("/pictures/") ? "/pictures/{row}" : request.uri.path
    metrics.answered(
      routes.contains(path) ? path : "other", status: response.status.code,
      seconds: (ContinuousClock.now - start) / .seconds(1))
    return response
  }
}
