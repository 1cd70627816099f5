import HTTPTypes

/// Why a request isn't answered as it wishes.
struct ServerError: Error, Hashable {
  let status: HTTPResponse.Status
  let message: String
  var headers: [HTTPField.Name: String] = [:]
  /// Whether the connection ends with the answer: where what still comes of a body isn't to be read.
  var closes = false

  static func bad(_ message: String) -> Self { .init(status: .badRequest, message: message) }
  static func unknown(_ message: String) -> Self { .init(status: .notFound, message: message) }
  static func tooLarge(_ message: String, closes: Bool = false) -> Self {
    .init(status: .contentTooLarge, message: message, closes: closes)
  }
  static func wrongType(_ message: String) -> Self { .init(status: .unsupportedMediaType, message: message) }
  static func unusable(_ message: String) -> Self { .init(status: .unprocessableContent, message: message) }
  static func busy(_ waiting: Int) -> Self {
    .init(
      status: .tooManyRequests, message: "\(waiting) texts and pictures wait already: try again in a second",
      headers: [.retryAfter: "1"])
  }
  static let full = Self(
    status: .tooManyRequests, message: "too many bodies are being read: try again in a second",
    headers: [.retryAfter: "1"], closes: true)
  static let failed = Self(status: .internalServerError, message: "the server failed at this: its log tells why")
  static let late = Self(
    status: .serviceUnavailable, message: "the encoder didn't come to it in time: try again later",
    headers: [.retryAfter: "5"])
  static func slow(_ seconds: Double) -> Self {
    .init(status: .requestTimeout, message: "the body didn't come within \(seconds) seconds", closes: true)
  }
}
