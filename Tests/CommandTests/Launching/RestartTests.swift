import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// `launch/local --restarts`, and what the launchers share.
  struct RestartTests {
    private let local = "\(repository)/launch/local"

    /// Half the workers where the restart shrinks.
    @Test(
      .enabled(if: EmojiRun.possible, "needs unicode-data, fonts-noto-color-emoji and unicode-cldr-core"),
      arguments: [(["--restarts", "1"], 4), (["--restarts", "1", "--shrink"], 2)])
    func `a run whose worker was killed restarts to the checkpoint of one that was not`(
      _ options: [String], _ workers: Int
    ) throws {
      let emoji = try EmojiRun.made()
      try temporaryDirectory { directory in
        let output = RunOutput("\(directory)/run")
        let words =
          [local] + options + ["4", diagonalExecutable] + emoji.arguments(out: output.path, ["checkpoint.every=1"])
        let result = try bash(
          """
          "${@:2}" & until [[ -e $1 ]]; do sleep 0.01; done
          read -r mpirun </proc/$!/task/$!/children
          read -r first second rest </proc/$mpirun/task/$mpirun/children
          kill -9 "$second"; wait $!
          """, [output.checkpoint(1)] + words)
        try requireSuccess(result)
        #expect(result.stderr.contains("restart 1 of 1 on \(workers) workers, from the newest whole checkpoint"))
        #expect(result.stderr.contains(/from step [1-6]/))
        try expectSame(output, as: emoji.reference)
      }
    }

    /// By a stand-in for mpirun that prints what it is called with.
    @Test(.enabled(if: ProcessInfo.processInfo.activeProcessorCount > 1, "needs two cores"))
    func `workers have cores of their own, whatever OpenMP is told about one of them`() throws {
      try temporaryDirectory { directory in
        let result = try bash(
          #"""
          printf '#!/bin/sh\necho "$@"\n' >"$1/mpirun"; chmod +x "$1/mpirun"
          PATH=$1:$PATH OMP_NUM_THREADS=1 "$2" 2 true
          """#, [directory, local])
        try requireSuccess(result)
        #expect(result.stdout.contains("--bind-to core true"), "\(result.stdout)")
      }
    }

    @Test func `restarts are used up`() throws {
      let result = try run(command: [local, "--restarts", "2", "--shrink", "4", "bash", "-c", "exit 7"])
      #expect(result.status == 7)
      for line in ["restart 1 of 2 on 2 workers", "restart 2 of 2 on 1 workers", "2 restarts are used up"] {
        #expect(result.stderr.contains(line), "\(result.stderr)")
      }
    }

    @Test(arguments: [["true"], ["bash", "-c", "exit 2"], ["bash", "-c", "exit 75"]])
    func `success, wrong usage and a stop after saving are final`(_ words: [String]) throws {
      let result = try run(command: [local, "--restarts", "2", "1"] + words)
      #expect(words == ["true"] ? result.status == 0 : words[2] == "exit \(result.status)")
      #expect(!result.stderr.contains("restart 1"))
    }

    @Test func `a request to end is passed on and final`() throws {
      try temporaryDirectory { directory in
        let started = directory + "/started"
        let worker = ["bash", "-c", "touch \"$1\"; exec sleep 100", "bash", started]
        let result = try bash(
          #""${@:2}" & until [[ -e $1 ]]; do sleep 0.02; done; kill -TERM $!; wait $!"#,
          [started, local, "--restarts", "2", "1"] + worker, timeoutSeconds: 60)
        #expect(!result.timedOut && result.status != 0)
        #expect(!result.stderr.contains("restart 1"))
      }
    }

    /// Where mpirun would hang, or tell of something else.
    @Test(arguments: ["local", "hosts"]) func `a full or missing TMPDIR is told before anything starts`(_ name: String)
      throws
    {
      try temporaryDirectory { directory in
        try Data("localhost\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/hosts"))
        let to = name == "local" ? "1" : "\(directory)/hosts"
        let result = try run(
          command: ["\(repository)/launch/\(name)", to, "true"], environment: ["TMPDIR": "\(directory)/none"])
        expectRefusal(result, exit: 2, "\(directory)/none: nothing can be made in it", "set TMPDIR to a directory")
      }
    }

    /// In the one that Open MPI has for all launches of a user, one that ends removes what another is about to use.
    @Test(arguments: ["local", "hosts"]) func `a launch has a folder of its own, which goes with it`(_ name: String)
      throws
    {
      try temporaryDirectory { directory in
        try Data("localhost\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/hosts"))
        let tmp = "\(directory)/tmp"
        try FileManager.default.createDirectory(atPath: tmp, withIntermediateDirectories: false)
        let to = name == "local" ? "1" : "\(directory)/hosts"
        let result = try run(
          command: ["\(repository)/launch/\(name)", to, "ls", tmp], environment: ["TMPDIR": tmp])
        try requireSuccess(result)
        #expect(result.stdout.contains("diagonal-mpi-") && !result.stdout.contains("ompi."), "\(result.stdout)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: tmp) == [])
      }
    }

    @Test func `a number is a number whatever zeros it begins with`() throws {
      let result = try run(command: [local, "--restarts", "08", "1", "bash", "-c", "exit 2"])
      #expect(result.status == 2 && !result.stderr.contains("08"), "\(result.stderr)")
      expectRefusal(
        try run(command: [local, "--restarts", "12345678901234567890", "1", "true"]), exit: 2, "a whole number below")
    }

    @Test func `a launcher that is killed takes its command along`() throws {
      try temporaryDirectory { directory in
        let result = try bash(
          """
          "${@:2}" & until [[ -s $1 ]]; do sleep 0.02; done
          kill -9 $!; wait $!
          read -r worker <"$1"
          for ((i = 0; i < 100; i++)); do kill -0 "$worker" 2>/dev/null || exit 0; sleep 0.1; done
          exit 1
          """, ["\(directory)/pid", local, "1", "bash", "-c", "echo $$ >\(directory)/pid; exec sleep 100"])
        #expect(result.status == 0, "the worker lives on")
      }
    }

    @Test func `a run that starts elsewhere is not restarted`() throws {
      let result = try run(command: [local, "--restarts", "1", "2", "diagonal", "train", "x.yaml", "--resume", "never"])
      expectRefusal(result, exit: 2, "leave out --resume")
    }

    @Test(arguments: ["local", "hosts", "rig", "slurm.sbatch"]) func `launchers explain themselves`(_ name: String)
      throws
    {
      for option in ["--help", "-h"] {
        let result = try run(command: ["\(repository)/launch/\(name)", option])
        #expect(result.status == 0 && result.stderr.isEmpty)
        #expect(result.stdout.contains("launch/\(name) [") && result.stdout.contains("--restarts"))
      }
      expectRefusal(try run(command: ["\(repository)/launch/\(name)", "--bogus", "1"]), exit: 2, "there is no --bogus")
    }
  }
}
