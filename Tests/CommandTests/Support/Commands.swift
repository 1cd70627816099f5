import Foundation
import TestSupport
import Testing

/// How `diagonal train` is started.
enum Workers: Sendable, CustomTestStringConvertible {
  /// Threads of one process.
  case simulated(Int)
  /// Processes under mpirun.
  case processes(Int)

  var count: Int {
    switch self {
    case .simulated(let count), .processes(let count): count
    }
  }

  var testDescription: String {
    switch self {
    case .simulated(let count): "--simulate \(count)"
    case .processes(let count): "mpirun -np \(count)"
    }
  }

  /// The words of a command that runs `diagonal` so.
  func command(_ arguments: [String]) -> [String] {
    switch self {
    case .simulated(let count): [diagonalExecutable] + arguments + ["--simulate", "\(count)"]
    case .processes(let count): ["\(repository)/launch/local", "\(count)", diagonalExecutable] + arguments
    }
  }
}

func diagonal(_ arguments: String...) throws -> ProcessResult { try diagonal(arguments) }

func diagonal(_ arguments: [String]) throws -> ProcessResult { try run(diagonalExecutable, arguments) }

func run(
  command: [String], environment: [String: String] = [:], timeoutSeconds: Double = 120
) throws -> ProcessResult {
  try run(command[0], Array(command.dropFirst()), environment: environment, timeoutSeconds: timeoutSeconds)
}

/// Runs lines of bash, which see `arguments` as `$@`.
func bash(_ script: String, _ arguments: [String], timeoutSeconds: Double = 120) throws -> ProcessResult {
  try run("bash", ["-uc", script, "bash"] + arguments, timeoutSeconds: timeoutSeconds)
}

/// Requires that a command succeeded, and shows what it said if not.
func requireSuccess(_ result: ProcessResult, sourceLocation: SourceLocation = #_sourceLocation) throws {
  try #require(
    result.status == 0, "exit \(result.status)\(result.timedOut ? ", timed out" : ""): \(result.stderr.suffix(2000))",
    sourceLocation: sourceLocation)
}
