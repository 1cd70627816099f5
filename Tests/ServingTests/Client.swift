import Foundation
import FoundationNetworking

/// Asks a server on this machine.
struct Client: Sendable {
  let port: Int
  /// Asks the server to stop.
  let stop: @Sendable () async -> Void

  init(port: Int, stop: @escaping @Sendable () async -> Void) { (self.port, self.stop) = (port, stop) }

  struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: Data
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: [String: Any] { get throws { try JSONSerialization.jsonObject(with: body) as? [String: Any] ?? [:] } }
    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value { try JSONDecoder().decode(type, from: body) }
  }

  func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
    try await send("GET", path, nil, headers)
  }

  /// Sends text as JSON.
  func post(_ path: String, _ json: String, headers: [String: String] = [:]) async throws -> Answer {
    try await send("POST", path, Data(json.utf8), ["Content-Type": "application/json"].merging(headers) { $1 })
  }

  func post(_ path: String, _ value: some Encodable) async throws -> Answer {
    try await post(path, String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
  }

  func send(_ method: String, _ path: String, _ body: Data?, _ headers: [String: String]) async throws -> Answer {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(port)\(path)")!)
    (request.httpMethod, request.httpBody) = (method, body)
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await Self.session.data(for: request)
    let found = response as! HTTPURLResponse
    let pairs = found.allHeaderFields.map { ("\($0)".lowercased(), "\($1)") }
    return Answer(status: found.statusCode, headers: Dictionary(pairs) { $1 }, body: data)
  }

  private static let session: URLSession = {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = 64
    return URLSession(configuration: configuration)
  }()

  /// Sends bytes as they are, and gives what comes back until the server closes.
  func raw(_ bytes: String, closes: Bool = false) async -> String {
    // What waits for the network mustn't hold one of the threads that the server's own tasks run on.
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: exchange(bytes, closes)) }
    }
  }

  private func exchange(_ bytes: String, _ closes: Bool) -> String {
    let link = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(link) }
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(link, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let connected = withUnsafeBytes(of: &address) {
      connect(link, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
    guard connected == 0 else { return "" }
    _ = bytes.withCString { Foundation.send(link, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    if closes { return "" }
    var (all, part) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
    while true {
      let count = recv(link, &part, part.count, 0)
      if count <= 0 { return String(decoding: all, as: UTF8.self) }
      all += part[..<count]
    }
  }
}
