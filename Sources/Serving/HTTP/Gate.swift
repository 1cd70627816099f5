import HTTPTypes
import Hummingbird

/// Lets in what is meant for this server: its own paths and methods, who has the token, and no page of another site.
struct Gate: RouterMiddleware {
  let token: String?
  let host: String
  /// The methods of each path.
  let methods: [String: [HTTPRequest.Method]]
  /// Paths that need no token: the page, which asks for it, and whether the server is up.
  let open: Set<String>

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    try requireHost(request)
    let path = request.uri.path.hasPrefix("/pictures/") ? "/pictures/{row}" : request.uri.path
    if let allowed = methods[path], !allowed.contains(request.method) {
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      throw ServerError(
        status: .methodNotAllowed, message: "\(path) takes \(names)", headers: [.allow: names])
    }
    if !open.contains(path) { try requireToken(request) }
    if request.method != .post, request.hasBody {
      throw ServerError(status: .badRequest, message: "\(request.method.rawValue) takes no body", closes: true)
    }
    return try await next(request, context)
  }

  /// Without a token, only this machine's names: else a page of a site whose name was turned to this address could ask.
  private func requireHost(_ request: Request) throws(ServerError) {
    guard token == nil, let authority = request.head.authority else { return }
    let name = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    guard ["localhost", "127.0.0.1", "[::1]", host, "[\(host)]"].contains(String(name)) else {
      throw ServerError(status: .forbidden, message: "the host “\(name)” isn't this server: ask for localhost")
    }
  }

  private func requireToken(_ request: Request) throws(ServerError) {
    guard let token else { return }
    guard let given = request.headers[.authorization], given.prefix(7).lowercased() == "bearer ",
      isEqual(String(given.dropFirst(7)), token)
    else {
      throw ServerError(
        status: .unauthorized, message: "a token is needed: Authorization: Bearer TOKEN",
        headers: [.wwwAuthenticate: "Bearer"])
    }
  }

  /// Takes as long wherever they differ.
  private func isEqual(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    return a.count == b.count && zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

extension Request {
  /// Whether a body follows the head.
  var hasBody: Bool { headers[.contentLength].map { $0 != "0" } ?? (headers[.transferEncoding] != nil) }
}
