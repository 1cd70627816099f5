import Foundation
import Settings

extension Experiment {
  /// Makes what isn't there.
  ///
  /// - Parameters:
  ///   - executable: `diagonal`.
  ///   - say: told what is made, before it is.
  public func prepare(executable: String, say: (String) -> Void) throws {
    for need in recipe.needs(scale) where !FileManager.default.fileExists(atPath: need.path) {
      guard !need.make.isEmpty else { throw ExperimentError.noData(path: need.path, ask: need.ask) }
      let command = (["diagonal"] + need.make).joined(separator: " ")
      say("\(need.path): \(command)")
      let process = Process()
      (process.executableURL, process.arguments) = (URL(fileURLWithPath: executable), need.make)
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0, FileManager.default.fileExists(atPath: need.path) else {
        throw ExperimentError.notMade(
          path: need.path, command: command, reason: "exit code \(process.terminationStatus)")
      }
    }
  }
}
