import ArgumentParser
import Runs

extension ExitCode {
  /// Stopped on request, and saved: sysexits' EX_TEMPFAIL. The same command goes on.
  static let stopped = ExitCode(75)
  /// Wrong usage, wrong settings, and whatever else a restart of the same command would run into again.
  static let final = ExitCode(2)

  /// How a process ends for an error that isn't the command line's.
  init(of error: any Error) { self = isFinal(error) ? .final : .failure }
}
