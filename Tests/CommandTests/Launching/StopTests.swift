import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// Workers that stop without ending.
  @Suite(.enabled(if: EmojiRun.possible, "needs unicode-data, fonts-noto-color-emoji and unicode-cldr-core"))
  struct StopTests {
    private let endless = ["schedule.steps=100000", "checkpoint.every=100000"]

    @Test(arguments: [0, 1]) func `a stopped worker ends the run within 30 seconds, with its name`(_ worker: Int) throws
    {
      let result = try training(endless) {
        """
        kill -STOP "${workers[\(worker)]}"
        SECONDS=0; wait $!; status=$?; echo $SECONDS; exit $status
        """
      }
      #expect(result.status == 1 && !result.timedOut, "\(result.stderr)")
      let seconds = try #require(Int(result.stdout.trimmingCharacters(in: .newlines)))
      #expect(seconds < 30)
      let said = "worker \(1 - worker) aborts: worker \(worker) on \(try host()) has been silent for 20 s"
      #expect(result.stderr.contains(said), "\(result.stderr)")
    }

    @Test func `a run that is paused as a whole goes on`() throws {
      let result = try training(["schedule.steps=30", "checkpoint.every=100", "parallel.timeout_seconds=3"]) {
        """
        kill -STOP "${workers[@]}"; sleep 5; kill -CONT "${workers[@]}"; wait $!
        """
      }
      try requireSuccess(result)
    }

    @Test func `a worker that computes for longer than the timeout is not silent`() throws {
      let emoji = try EmojiRun.made()
      try temporaryDirectory { directory in
        let output = RunOutput("\(directory)/run")
        let long = ["batch.size=1792", "batch.chunk=224", "schedule.steps=1", "parallel.timeout_seconds=3"]
        // Two workers on one core encode 896 pairs each before they meet: 8 s on a Zen 4 server.
        let words = ["taskset", "1"] + Workers.processes(2).command(emoji.arguments(out: output.path, long))
        try requireSuccess(run(command: words))
        let encoding = try #require(try output.metrics().first?["encode_seconds"])
        #expect(encoding > 3, "too fast a machine for this test: give it a larger batch")
      }
    }

    /// Trains on two processes; once they are under way runs lines of bash that see the launcher as `$!`, and `workers`.
    private func training(_ settings: [String], _ lines: () -> String) throws -> ProcessResult {
      let emoji = try EmojiRun.made()
      return try temporaryDirectory { directory in
        let words = Workers.processes(2).command(emoji.arguments(out: "\(directory)/run", settings))
        let start = """
          "${@:2}" & until [[ -s $1/metrics.jsonl ]]; do sleep 0.05; done
          read -r mpirun </proc/$!/task/$!/children
          read -ra workers </proc/$mpirun/task/$mpirun/children

          """
        return try bash(start + lines(), ["\(directory)/run"] + words)
      }
    }

    private func host() throws -> String { try bash("hostname", []).stdout.trimmingCharacters(in: .newlines) }
  }
}
