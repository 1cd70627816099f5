import Evaluation
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A response of JSON.
func jsonAnswer(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return fileAnswer(Array(try encoder.encode(value)), "application/json", status: status)
}

/// A response of bytes.
func fileAnswer(_ bytes: [UInt8], _ type: String, status: HTTPResponse.Status = .ok) -> Response {
  Response(
    status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
}

/// What says why not, in OpenAI's form.
private struct ErrorAnswer: Encodable {
  struct Reason: Encodable {
    let message: String
    let type: String
    let code: Int
  }
  let error: Reason
}

extension ServerError {
  func answer() throws -> Response {
    let type = status.code < 500 ? "invalid_request_error" : "server_error"
    var answer = try jsonAnswer(
      ErrorAnswer(error: .init(message: message, type: type, code: status.code)), status: status)
    for (name, value) in headers { answer.headers[name] = value }
    if closes { answer.headers[.connection] = "close" }
    return answer
  }
}

/// Answers errors in one form.
struct AnsweredErrors: RouterMiddleware {
  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    do { return try await next(request, context) } catch {
      var reason = Self.reason(error, request)
      if reason == .failed { context.logger.error("\(request.method) \(request.uri.path): \(error)") }
      // A body that nobody asked for would be read to its end, however long that takes.
      if request.hasBody, [401, 403, 404, 405, 415].contains(reason.status.code) { reason.closes = true }
      // No more of its body is read; what was answered is still written.
      if reason.closes { context.channel.close(mode: .input, promise: nil) }
      return try reason.answer()
    }
  }

  private static func reason(_ error: any Error, _ request: Request) -> ServerError {
    switch error {
    case let error as ServerError: error
    case let error as HTTPError where error.status == .notFound:
      .unknown("there is nothing at \(request.uri.path); /openapi.json tells what there is")
    case let error as HTTPError: ServerError(status: error.status, message: error.body ?? error.status.reasonPhrase)
    // A text that is no class of a supervised model, or an embedding that isn't finite.
    case EvaluationError.noClass, EvaluationError.notFinite: .unusable("\(error)")
    // It may name files.
    default: .failed
    }
  }
}
