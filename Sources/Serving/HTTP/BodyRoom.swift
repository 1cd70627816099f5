import Threading

/// Bounds the bytes of all bodies that are being read: what each may have, times the connections, would be far more.
final class BodyRoom: Sendable {
  private let held = Monitor(0)
  private let most: Int

  init(_ most: Int) { self.most = most }

  /// Calls `body` with room for so many bytes.
  ///
  /// - Throws: `ServerError.busy` where there is none.
  func holding<Value: Sendable>(_ bytes: Int, _ body: () async throws -> Value) async throws -> Value {
    try held.withLock { (held: inout Int) throws(ServerError) in
      guard held == 0 || held + bytes <= most else { throw .full }
      held += bytes
    }
    defer { held.withLock { $0 -= bytes } }
    return try await body()
  }
}
