import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// Runs over a network: hosts that are namespaces of this machine, each with an address of its own.
  @Suite(.enabled(if: Rig.possible, "\(Rig.reason)")) struct HostsTests {
    @Test(arguments: [2, 4]) func `collectives are right between hosts`(_ hosts: Int) throws {
      let result = try run(command: Rig.command(hosts: hosts, [diagonalExecutable, "check"]))
      try requireSuccess(result)
      #expect(result.stdout.contains("Workers: \(hosts), over MPI"))
      // The wire was used: nothing went through shared memory.
      #expect(result.stderr.contains(/host1 sent [0-9.]+MB/))
    }

    @Test func `hosts have cores of their own while there are enough`() throws {
      let result = try run(command: Rig.command(["bash", "-c", "taskset -cp $$"]))
      try requireSuccess(result)
      let cores = Set(result.stdout.matches(of: /list: ([0-9,-]+)/).map { String($0.1) })
      #expect(cores.count == min(2, ProcessInfo.processInfo.activeProcessorCount), "\(cores)")
    }

    @Test(.enabled(if: EmojiRun.possible, "needs the emoji run's packages"), arguments: [2, 4])
    func `several hosts make the checkpoint of one`(_ hosts: Int) throws {
      let emoji = try EmojiRun.made()
      try temporaryDirectory { directory in
        let output = RunOutput("\(directory)/run")
        let words = [diagonalExecutable] + emoji.arguments(out: output.path)
        try requireSuccess(run(command: Rig.command(hosts: hosts, options: ["--rate", "1gbit"], words)))
        try expectSame(output, as: emoji.reference)
      }
    }

    @Test(.enabled(if: EmojiRun.possible, "needs the emoji run's packages"))
    func `a host that is cut off is left out of a restart, which makes the same checkpoint`() throws {
      let emoji = try EmojiRun.made()
      try temporaryDirectory { directory in
        let output = RunOutput("\(directory)/run")
        // A slow wire, so that the cut falls between the first checkpoint and the last.
        let words = Rig.command(
          options: ["--rate", "50mbit", "--launch", "--restarts 1 --shrink"],
          [diagonalExecutable] + emoji.arguments(out: output.path))
        let result = try bash(
          """
          "${@:2}" & until [[ -e $1 ]]; do sleep 0.02; done
          ip -n diagonal-rig-$!-host2 link set wire down
          wait $!
          """, [output.checkpoint(3)] + words)
        try requireSuccess(result)
        #expect(result.stderr.contains("host2 doesn't answer"))
        #expect(result.stderr.contains("restart 1 of 1 on 1 workers"))
        try expectSame(output, as: emoji.reference)
      }
    }
  }
}
