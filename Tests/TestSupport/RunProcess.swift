import Foundation

/// How a process ended and what it printed.
public struct ProcessResult: Sendable {
  /// The exit code; 128 + the signal's number when a signal ended it.
  public let status: Int32
  public let stdout: String
  public let stderr: String
  public let timedOut: Bool
}

/// The `diagonal` executable, which the package manager puts beside the tests' own.
public var diagonalExecutable: String {
  URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("diagonal").path
}

/// Runs a program to its end, or until the time is up; then its whole process group is terminated.
///
/// - Parameters:
///   - executable: a path, or a name to be found in `PATH`.
///   - environment: added to this process's own.
/// - Throws: `POSIXError` when it can't be started.
public func run(
  _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], timeoutSeconds: Double = 60
) throws -> ProcessResult {
  try temporaryDirectory { directory in
    // Files rather than pipes: nobody has to drain them while the program runs.
    let (stdout, stderr) = (directory + "/stdout", directory + "/stderr")
    let process = try spawn(executable, arguments, environment, stdout: stdout, stderr: stderr)
    let (status, timedOut) = wait(for: process, seconds: timeoutSeconds)
    func text(_ path: String) -> String {
      String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
    return ProcessResult(status: status, stdout: text(stdout), stderr: text(stderr), timedOut: timedOut)
  }
}

/// Starts a program as the leader of its own process group, with nothing to read.
private func spawn(
  _ executable: String, _ arguments: [String], _ environment: [String: String], stdout: String, stderr: String
) throws -> pid_t {
  var files = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&files)
  defer { posix_spawn_file_actions_destroy(&files) }
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&files, 1, stdout, O_WRONLY | O_CREAT, 0o600)
  posix_spawn_file_actions_addopen(&files, 2, stderr, O_WRONLY | O_CREAT, 0o600)

  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
  // Tests run on dispatch's threads, which block signals; a child would inherit that and never hear SIGTERM.
  var signals = sigset_t()
  sigemptyset(&signals)
  posix_spawnattr_setsigmask(&attributes, &signals)
  sigfillset(&signals)
  posix_spawnattr_setsigdefault(&attributes, &signals)

  let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
  var process = pid_t()
  let failure = withCStrings([executable] + arguments) { arguments in
    withCStrings(variables) { posix_spawnp(&process, executable, &files, &attributes, arguments, $0) }
  }
  guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
  return process
}

/// Waits; when the time is up asks the group to end (mpirun then ends its workers, which are not of its group), and
/// two seconds later ends it.
private func wait(for process: pid_t, seconds: Double) -> (status: Int32, timedOut: Bool) {
  if let status = ended(process, within: seconds) { return (status, false) }
  kill(-process, SIGTERM)
  let status = ended(process, within: 2)
  kill(-process, SIGKILL)
  return (status ?? ended(process, within: .infinity) ?? 128 + SIGKILL, true)
}

private func ended(_ process: pid_t, within seconds: Double) -> Int32? {
  let start = Date()
  var status: Int32 = 0
  while waitpid(process, &status, WNOHANG) == 0 {
    if Date().timeIntervalSince(start) > seconds { return nil }
    usleep(5000)
  }
  let signal = status & 0x7f
  return signal == 0 ? status >> 8 & 0xff : 128 + signal
}

/// `strings` as C's array of strings, ended by nil, for the length of `body`.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return body(&pointers)
}
