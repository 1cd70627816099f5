import CLIP
import Engine
import Evaluation
import Foundation
import Logging
import Pairs
import Search
import ServiceLifecycle
import Serving
import Stored
import TestSupport

/// A tiny model of random weights, and small pictures with texts that it has embedded.
struct ServedWorld: Sendable {
  let directory: String
  var model: String { "\(directory)/model" }
  var stored: String { "\(directory)/stored" }
  var data: String { "\(directory)/data.tar" }
  static let count = 40

  init(in directory: String) throws {
    self.directory = directory
    try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
    try ModelDirectory(model).save(CLIPModel(try ModelConfiguration(path: Golden.path("tiny_clip.json")), seed: 7))
    try Tokenizer(merges: []).write(to: ModelDirectory(model).tokenizerPath)
    let tar = try TarWriter(data)
    for number in 0..<Self.count {
      try tar.add("\(Self.key(number)).png", try Self.picture(number))
      try tar.add("\(Self.key(number)).txt", Array(Self.text(number).utf8))
    }
    try tar.close()
    _ = try Embeddings(encoders(), of: openPairs([data]), to: stored)
  }

  /// The last two are equal to Swift, and differ in their bytes.
  static func key(_ number: Int) -> String {
    switch number {
    case count - 2: "caf\u{e9}"
    case count - 1: "cafe\u{301}"
    default: "k\(number)"
    }
  }

  static func text(_ number: Int) -> String { "no. \(number)" }

  static func picture(_ number: Int, side: Int = 32) throws -> [UInt8] {
    let bytes = (0..<side * side * 3).map { UInt8(truncatingIfNeeded: $0 &* (number + 3) &+ number * 40) }
    return try Picture(width: side, height: side, pixels: bytes).encoded(as: ".png")
  }

  static func base64(_ number: Int) throws -> String { Data(try picture(number)).base64EncodedString() }

  func encoders(only tower: Tower? = nil) throws -> Encoders { try Encoders(directory: model, only: tower) }

  /// Rows of 32-bit numbers as `embed` wrote them.
  func rows(_ part: StoredPart) throws -> [[Float]] {
    let all = try EmbeddingStore(stored).rows(of: part)
    return (0..<all.rows).map { all.rows($0..<$0 + 1).array }
  }

  func served(only tower: Tower? = nil) throws -> ServedModel {
    let store = try EmbeddingStore(stored)
    return ServedModel(
      "tiny", try encoders(only: tower), searched: try StoredPart.allCases.map { (try StoredRows(store, $0), .rows) },
      pictures: try openPairs([data]))
  }
}

/// Makes the world, serves it on loopback while `body` runs, and stops it gracefully after.
func serving(
  _ settings: ServerSettings = settings { _ in }, only tower: Tower? = nil,
  _ body: @Sendable (ServedWorld, Client) async throws -> Void
) async throws {
  let directory = FileManager.default.temporaryDirectory.appendingPathComponent("diagonal-\(UUID())").path
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  let world = try ServedWorld(in: directory)
  try await RunningServer(ModelServer(settings) { try world.served(only: tower) }).during { try await body(world, $0) }
}

/// The usual settings, on any free port, with some changed.
func settings(_ change: (inout ServerSettings) -> Void) -> ServerSettings {
  var settings = ServerSettings()
  settings.port = 0
  change(&settings)
  return settings
}

/// A server that runs as a service.
struct RunningServer: Service {
  private let server: ModelServer
  private let ports = AsyncStream.makeStream(of: Int.self)

  init(_ server: ModelServer) { self.server = server }

  func run() async throws { try await server.run { [ports] in ports.continuation.yield($0) } }

  /// Runs while `body` does, which may stop it by the client's `stop`.
  func during(_ body: @Sendable (Client) async throws -> Void) async throws {
    let group = ServiceGroup(services: [self], logger: .init(label: "test"))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var port = 0
      for await told in ports.stream {
        port = told
        break
      }
      let outcome: Result<Void, any Error>
      do {
        outcome = .success(try await body(Client(port: port) { await group.triggerGracefulShutdown() }))
      } catch { outcome = .failure(error) }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      try outcome.get()
    }
  }
}
