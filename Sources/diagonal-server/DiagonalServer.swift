import ArgumentParser
import Engine
import Files
import Foundation
import Logging
import Runs
import ServerOptions
import Serving
import UnixSignals

@main
struct DiagonalServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagonal-server", abstract: ServeOptions.abstract, discussion: ServeOptions.discussion,
    version: diagonalVersion)

  @OptionGroup var options: ServeOptions

  /// Exit codes: 0, 1 for the world's fault, 2 for usage and settings.
  static func main() async {
    openStandardStreams()
    endWhereMemoryEnds()
    do {
      guard var command = try parseAsRoot() as? DiagonalServer else { return }
      try await command.run()
    } catch {
      let own = exitCode(for: error)
      let code = own == .failure && isFinal(error) ? ExitCode(2) : own
      let message = fullMessage(for: error)
      if code == .success { print(message) } else { writeStandardError(message + "\n") }
      Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }

  mutating func run() async throws {
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    var logger = Logger(label: "diagonal-server")
    logger.logLevel = .warning
    do { try Processor.checkLimit() } catch { throw ValidationError("\(error)") }
    let (settings, loading) = (try options.settings, try options.loading)
    let server = try ModelServer(settings) { try loading.load() }
    writeStandardError(server.summary + "\n")
    let host = settings.host.contains(":") && !settings.host.hasPrefix("[") ? "[\(settings.host)]" : settings.host
    try await server.run(stoppingOn: [.sigterm, .sigint], logger: logger) { port in
      writeStandardError("http://\(host):\(port)/\(settings.token == nil ? "" : "  asks for the token")\n")
    }
    let requests = server.requests
    writeStandardError("stopped; \(requests.read) requests read, \(requests.answered) answered\n")
  }
}
