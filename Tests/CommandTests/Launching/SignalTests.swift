import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// Requests to stop: all workers save after the step in hand, and the same command goes on.
  @Suite(.enabled(if: EmojiRun.possible, "needs unicode-data, fonts-noto-color-emoji and unicode-cldr-core"))
  struct SignalTests {
    /// Whom a signal is sent to, as bash sees it once the run is under way.
    enum Target: String, Sendable, CaseIterable {
      case launcher = "$launcher"
      case mpirun = "$mpirun"
      case worker = "${workers[1]}"
    }

    @Test(arguments: [
      (Target.launcher, "TERM"), (.launcher, "INT"), (.launcher, "USR1"), (.mpirun, "USR1"), (.mpirun, "USR2"),
      (.worker, "TERM"), (.worker, "USR1"),
    ])
    func `a run that is stopped again and again ends in the bytes of one that wasn't`(
      _ target: Target, _ signal: String
    ) throws {
      let emoji = try EmojiRun.made()
      try temporaryDirectory { directory in
        let output = RunOutput("\(directory)/run")
        let words = Workers.processes(2).command(emoji.arguments(out: output.path))
        let result = try bash(
          """
          set -m; launches=0; history=$1/history.jsonl; status=75
          while ((status == 75 && ++launches < 20)); do
            "${@:2}" & launcher=$!
            until [[ -e $history && $(wc -l <"$history") -ge $launches ]]; do
              kill -0 $launcher 2>/dev/null || break
              sleep 0.02
            done
            read -r mpirun </proc/$launcher/task/$launcher/children
            read -ra workers </proc/$mpirun/task/$mpirun/children
            sleep 0.$((RANDOM % 10))
            kill -s \(signal) "\(target.rawValue)"
            wait $launcher; status=$?
          done
          echo $launches
          exit $status
          """, [output.path] + words)
        try requireSuccess(result)
        let launches = try #require(Int(result.stdout.trimmingCharacters(in: .newlines)))
        #expect(launches > 1)
        #expect(result.stderr.contains("stopped on request after step"))
        try expectSame(output, as: emoji.reference)
        try expectSameMetrics(output, as: emoji.reference)
      }
    }

    @Test func `workers that are threads stop too`() throws {
      let result = try signalled(.simulated(2), "kill -TERM $!")
      #expect(result.status == 75 && result.stderr.contains("stopped on request after step"), "\(result.stderr)")
    }

    @Test(arguments: [
      ("kill -TERM $!; sleep 0.2; kill -TERM $!", SIGTERM), ("kill -QUIT $!", SIGQUIT), ("kill -SEGV $!", SIGSEGV),
    ])
    func `a second request ends at once, and so does what isn't one`(_ lines: String, _ signal: CInt) throws {
      let result = try signalled(.simulated(2), lines)
      #expect(result.status == 128 + signal && !result.timedOut, "\(result.status): \(result.stderr)")
    }

    /// MPI's own handlers would let it live on.
    @Test(arguments: [SIGABRT, SIGSEGV, SIGQUIT, SIGFPE, SIGILL, SIGTRAP])
    func `a process of MPI ends by a signal of a crash`(_ signal: CInt) throws {
      let emoji = try EmojiRun.made()
      try temporaryDirectory { directory in
        let words = [diagonalExecutable] + emoji.arguments(out: "\(directory)/run", ["schedule.steps=100000"])
        let result = try bash(
          """
          "${@:2}" & until [[ -s $1/metrics.jsonl ]]; do sleep 0.05; done
          kill -\(signal) $!; wait $!
          """, ["\(directory)/run"] + words)
        #expect(result.status == 128 + signal && !result.timedOut, "\(result.status): \(result.stderr)")
      }
    }

    /// Trains in steps of some seconds, and in the first one runs lines of bash that see the run as `$!`.
    private func signalled(_ workers: Workers, _ lines: String) throws -> ProcessResult {
      let emoji = try EmojiRun.made()
      return try temporaryDirectory { directory in
        let long = ["batch.size=896", "batch.chunk=112", "schedule.steps=100"]
        let words = workers.command(emoji.arguments(out: "\(directory)/run", long))
        return try bash(
          """
          "${@:2}" & until [[ -s $1/history.jsonl ]]; do sleep 0.05; done
          \(lines); wait $!
          """, ["\(directory)/run"] + words)
      }
    }
  }
}
