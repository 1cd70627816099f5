import ArgumentParser
import Foundation
import ServerOptions

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: ServeOptions.abstract, discussion: ServeOptions.discussion)

  @OptionGroup var options: ServeOptions

  /// Becomes `diagonal-server`, which lies beside this program, with the same words.
  func run() throws {
    let own = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let server = URL(fileURLWithPath: own).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("diagonal-server").path
    guard access(server, X_OK) == 0 else {
      throw ValidationError("there is no \(server) yet: build it by `launch/setup --server`")
    }
    var words = ([server] + CommandLine.arguments.dropFirst(2)).map { strdup($0) as UnsafeMutablePointer<CChar>? }
    words.append(nil)
    execv(server, &words)
    throw ValidationError("\(server) can't be started: \(String(cString: strerror(errno)))")
  }
}
