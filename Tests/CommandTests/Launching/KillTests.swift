import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// What a `kill -9` leaves, and whom it takes along.
  @Suite(.enabled(if: EmojiRun.possible, "needs unicode-data, fonts-noto-color-emoji and unicode-cldr-core"))
  struct KillTests {
    @Test(arguments: [Workers.simulated(2), .processes(2)])
    func `a run killed in the middle resumes to the checkpoint of one that was not`(_ goesOn: Workers) throws {
      let emoji = try EmojiRun.made()
      try temporaryDirectory { directory in
        let output = RunOutput("\(directory)/run")
        // A checkpoint a step, so that the kill may fall into the writing of one.
        let arguments = emoji.arguments(out: output.path, ["checkpoint.every=1"])
        let killed = try bash(
          """
          "${@:2}" & until [[ -e $1 ]]; do sleep 0.01; done
          kill -9 $!; wait $!
          """, [output.checkpoint(1)] + Workers.simulated(1).command(arguments))
        #expect(killed.status == 128 + SIGKILL, "the run ended before it was killed")
        try requireSuccess(run(command: goesOn.command(arguments)))
        try expectSame(output, as: emoji.reference)
        try expectSameMetrics(output, as: emoji.reference)
      }
    }

    @Test func `a worker that is killed takes the others with it within seconds`() throws {
      let emoji = try EmojiRun.made()
      try temporaryDirectory { directory in
        let output = RunOutput("\(directory)/run")
        let arguments = emoji.arguments(out: output.path, ["schedule.steps=100000", "checkpoint.every=100000"])
        let result = try bash(
          """
          "${@:2}" & until [[ -s $1/metrics.jsonl ]]; do sleep 0.05; done
          read -r mpirun </proc/$!/task/$!/children
          read -r first second </proc/$mpirun/task/$mpirun/children
          kill -9 "$second"
          SECONDS=0; wait $!; status=$?
          while grep -qs 'State:.[RSD]' "/proc/$first/status"; do sleep 0.05; done
          echo "$SECONDS"; exit $status
          """, [output.path] + Workers.processes(2).command(arguments))
        #expect(!result.timedOut && result.status != 0)
        let seconds = try #require(Int(result.stdout.trimmingCharacters(in: .newlines)))
        #expect(seconds < 10)
      }
    }
  }
}
