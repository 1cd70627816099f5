import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads what a request asks, within its limits.
struct BodyReader: Sendable {
  let mostBytes: Int
  let seconds: Double
  let room: BodyRoom

  init(mostBytes: Int, seconds: Double) {
    (self.mostBytes, self.seconds, room) = (mostBytes, seconds, BodyRoom(16 * mostBytes))
  }

  /// - Throws: `ServerError`: 400, 408, 413, 415.
  func callAsFunction<Body: Decodable & Sendable>(_ type: Body.Type, _ request: Request) async throws -> Body {
    // Other types can be sent by any site's page without asking.
    let media = request.headers[.contentType]?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces)
    guard media?.lowercased() == "application/json" else {
      throw ServerError.wrongType("expected Content-Type: application/json")
    }
    let told = request.headers[.contentLength].flatMap { Int($0) }
    return try await room.holding(min(mostBytes, max(0, told ?? mostBytes))) {
      try Self.decode(type, try await bytes(request))
    }
  }

  private func bytes(_ request: Request) async throws -> ByteBuffer {
    let told = request.headers[.contentLength].flatMap { Int($0) }
    let words = "the body is larger than \(mostBytes >> 20) MiB"
    // What is somewhat too large is read and forgotten: who sends it then hears why.
    if let told, told > mostBytes { throw ServerError.tooLarge(words, closes: told / 8 > mostBytes) }
    let read: ByteBuffer
    do {
      read = try await within(seconds) { try await request.body.collect(upTo: mostBytes) }
    } catch is NIOTooManyBytesError { throw ServerError.tooLarge(words, closes: true) } catch {
      throw error is ServerError || error is CancellationError ? error : ServerError.bad("the body was cut off")
    }
    // The end of a connection looks like the end of a body.
    if let told, read.readableBytes < told { throw ServerError.bad("the body was cut off") }
    return read
  }

  private func within<Value: Sendable>(
    _ seconds: Double, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        let end = ContinuousClock.now + .seconds(seconds)
        // A sleep that is cancelled leaves its timer, and what that holds, until it would have ended.
        while .now < end { try await Task.sleep(until: min(end, .now + .milliseconds(500)), clock: .continuous) }
        return nil
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() ?? nil else { throw ServerError.slow(seconds) }
      return value
    }
  }

  static func decode<Body: Decodable>(_ type: Body.Type, _ bytes: ByteBuffer) throws(ServerError) -> Body {
    do { return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView)) } catch {
      throw (error as? ServerError) ?? .bad(problem(error))
    }
  }

  /// `input.2.image: expected a text`
  private static func problem(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "the body isn't what is expected" }
    func at(_ path: [any CodingKey], _ problem: String) -> String {
      let name = path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
      return name.isEmpty ? "the body: \(problem)" : "\(name): \(problem)"
    }
    return switch error {
    case .keyNotFound(let key, let context): at(context.codingPath + [key], "it is missing")
    case .typeMismatch(let type, let context): at(context.codingPath, "expected \(words(type))")
    case .valueNotFound(let type, let context): at(context.codingPath, "expected \(words(type)), not null")
    case .dataCorrupted(let context):
      at(context.codingPath, context.codingPath.isEmpty ? "it isn't JSON" : context.debugDescription)
    @unknown default: "the body isn't what is expected"
    }
  }

  private static func words(_ type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Int.Type: "a whole number"
    case is Float.Type, is Double.Type: "a number"
    case is Bool.Type: "true or false"
    default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }
  }
}
