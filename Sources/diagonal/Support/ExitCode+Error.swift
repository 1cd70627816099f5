import ArgumentParser
import Experiments
import Runs
import Sweeps

extension ExitCode {
  /// Stopped on request, and saved: sysexits' EX_TEMPFAIL. The same command goes on.
  static let stopped = ExitCode(75)
  /// Wrong usage, wrong settings, and whatever else a restart of the same command would run into again.
  static let final = ExitCode(2)

  /// How a process ends for an error that isn't the command line's.
  init(of error: any Error) { self = isFinal(error) || isFinalOfExperiments(error) ? .final : .failure }
}

/// Of `sweep` and `experiment`: what a restart would meet again.
private func isFinalOfExperiments(_ error: any Error) -> Bool {
  switch error {
  case ExperimentError.notMade: false
  case is ExperimentError, SweepError.otherSweep, SweepError.otherBase, SweepError.sameName: true
  default: false
  }
}
