import ArgumentParser
import Engine
import Files
import Foundation
import Logging
import Runs
import ServerOptions
import Serving
import Threading
import UnixSignals

@main
struct DiagonalServer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagonal-server", abstract: ServeOptions.abstract, discussion: ServeOptions.discussion,
    version: diagonalVersion)

  @OptionGroup var options: ServeOptions

  /// Exit codes: 0, 1 for the world's fault, 2 for usage and settings.
  static func main() {
    openStandardStreams()
    endWhereMemoryEnds()
    adviseFewer { "--threads or --decoders" }
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let own = exitCode(for: error)
      let code = own == .failure && isFinal(error) ? ExitCode(2) : own
      let message = fullMessage(for: error)
      if code == .success { print(message) } else { writeStandardError(message + "\n") }
      Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }

  mutating func run() throws {
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    do { try Processor.checkLimit() } catch { throw ValidationError("\(error)") }
    let (settings, loading) = (try options.settings, try options.loading)
    let server = try ModelServer(settings) { try loading.load() }
    writeStandardError(server.summary + "\n")
    try serve(server, settings)
    let requests = server.requests
    writeStandardError("stopped; \(requests.read) requests read, \(requests.answered) answered\n")
  }

  /// Returns once the server is stopped. (Not from an asynchronous main: the first of those threads that Swift's tasks run on
  /// would be asked for before anything else, and where the system gives none, waited for for ever.)
  private func serve(_ server: ModelServer, _ settings: ServerSettings) throws {
    var logger = Logger(label: "diagonal-server")
    logger.logLevel = .warning
    let host = settings.host.contains(":") && !settings.host.hasPrefix("[") ? "[\(settings.host)]" : settings.host
    let asksForToken = settings.token != nil
    let end = Monitor<Result<Void, any Error>?>(nil)
    Task { [logger] in
      let outcome: Result<Void, any Error>
      do {
        try await server.run(stoppingOn: [.sigterm, .sigint], logger: logger) { port in
          writeStandardError("http://\(host):\(port)/\(asksForToken ? "  asks for the token" : "")\n")
        }
        outcome = .success(())
      } catch { outcome = .failure(error) }
      end.withLock { $0 = outcome }
      end.wakeAll()
    }
    try end.wait(until: { $0 != nil }, then: { $0! }).get()
  }
}
