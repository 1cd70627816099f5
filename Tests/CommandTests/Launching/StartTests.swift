import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// Workers that don't find each other, and what the environment says of them.
  struct StartTests {
    /// What the worker that is missing does instead.
    @Test(arguments: ["exec sleep 100", "exit 0"])
    func `a worker that never comes is named within the timeout`(_ instead: String) throws {
      try SmallRun.make { small in
        let words = small.arguments(settings: ["parallel.timeout_seconds=3"])
        let result = try bash(
          """
          SECONDS=0
          "$1" 3 bash -c 'if ((OMPI_COMM_WORLD_RANK == 1)); then \(instead); fi; exec "$@"' bash "${@:2}"
          status=$?; echo $SECONDS; exit $status
          """, ["\(repository)/launch/local", diagonalExecutable] + words)
        expectRefusal(result, exit: 1, "has waited 3 s for the others to start: worker 1 isn't there")
        #expect(try #require(Int(result.stdout.trimmingCharacters(in: .newlines))) < 20)
      }
    }

    @Test(arguments: [["PMI_RANK": "0", "PMI_SIZE": "2"], ["SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0"]])
    func `a process that was started as one of several doesn't train alone`(_ environment: [String: String]) throws {
      try SmallRun.make { small in
        expectRefusal(
          try small.train(environment: environment), exit: 2, "2 processes were started together", "srun --mpi=pmix")
        #expect(!FileManager.default.fileExists(atPath: small.output.path))
      }
    }

    /// Nor does it anything else so.
    @Test(arguments: [
      ["eval", "retrieval", "--model", "m", "--data", "d.tar"],
      ["embed", "--model", "m", "--data", "d.tar", "--out", "e"],
      ["check"], ["check", "--simulate", "2"], ["classify", "--model", "m", "--classes", "c.json", "p.png"],
      ["data", "check", "d.tar"], ["sweep", "s.yaml", "--out", "s"],
    ])
    func `no command takes itself for one alone that was started as one of several`(_ words: [String]) throws {
      let environment = ["SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0"]
      let result = try run(command: [diagonalExecutable] + words, environment: environment)
      expectRefusal(result, exit: 2, "were started together")
    }

    @Test func `nor do workers that are threads`() throws {
      try SmallRun.make { small in
        let environment = ["SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0"]
        expectRefusal(
          try small.train(["--simulate", "2"], environment: environment), exit: 2, "2 processes were started together")
      }
    }

    /// Where it shared Open MPI's folder with others, they removed it from each other.
    @Test func `a process alone needs no TMPDIR`() throws {
      try SmallRun.make { small in try requireSuccess(small.train(environment: ["TMPDIR": "/proc/nowhere"])) }
    }

    @Test func `OpenMP's environment changes no bits`() throws {
      try SmallRun.make { small in
        let settings = ["parallel.threads=2", "schedule.steps=2"]
        try requireSuccess(small.train(settings: settings))
        let dynamic = RunOutput(small.path("dynamic"))
        try requireSuccess(
          small.train(["--out", dynamic.path], settings: settings, environment: ["OMP_DYNAMIC": "true"]))
        #expect(try dynamic.files(2) == small.output.files(2))
        expectRefusal(
          try small.train(
            ["--out", small.path("limited")], settings: settings, environment: ["OMP_THREAD_LIMIT": "1"]),
          exit: 2, "OMP_THREAD_LIMIT is 1, and 2 threads a worker are asked for")
      }
    }
  }
}
