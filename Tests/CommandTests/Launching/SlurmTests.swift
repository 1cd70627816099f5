import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// What `launch/slurm.sbatch` asks of Slurm, by stand-ins that print what they are called with.
  struct SlurmTests {
    @Test func `Slurm starts the workers where it speaks PMIx`() throws {
      let result = try submitted(mpi: "pmix", ["train", "run.yaml"])
      try requireSuccess(result)
      #expect(
        result.stdout.contains(
          "srun --mpi=pmix --overlap --nodes=2 --nodelist=a,b --ntasks=8 --cpus-per-task=1 --cpu-bind=cores "
            + "--kill-on-bad-exit=1 diagonal train run.yaml"))
    }

    @Test func `else mpirun does, within the allocation`() throws {
      let result = try submitted(mpi: "none", ["--restarts", "1", "train", "run.yaml"])
      try requireSuccess(result)
      #expect(result.stdout.contains("mpirun -np 8 --hostfile"))
      #expect(result.stdout.contains("hosts: a slots=4 b slots=4"))
    }

    @Test func `a node that does not answer is left out of a restart`() throws {
      let result = try submitted(mpi: "pmix", fails: "b", ["--restarts", "1", "--shrink", "train", "run.yaml"])
      try requireSuccess(result)
      #expect(result.stderr.contains("b doesn't answer"))
      #expect(result.stdout.contains("--nodes=1 --nodelist=a --ntasks=4"))
    }

    @Test func `workers go where Slurm has room for them`() throws {
      let result = try submitted(
        mpi: "none", environment: "unset SLURM_NTASKS; export SLURM_TASKS_PER_NODE='2,1'", ["check"])
      try requireSuccess(result)
      #expect(result.stdout.contains("mpirun -np 3 --hostfile"))
      #expect(result.stdout.contains("hosts: a slots=2 b slots=1"))
    }

    @Test func `a run that has saved and stopped is queued again, unless it is cancelled`() throws {
      let stopped = try submitted(mpi: "pmix", srun: "exit 75", ["train", "run.yaml"])
      #expect(stopped.status == 75 && stopped.stdout.contains("requeue 1"), "\(stopped)")
      let failed = try submitted(mpi: "pmix", srun: "exit 1", ["train", "run.yaml"])
      #expect(failed.status == 1 && !failed.stdout.contains("requeue"))
      // The batch script's own signals reach srun as USR1.
      let wait = "trap 'exit 75' USR1; kill -s %@ $PPID; while :; do sleep 0.1; done"
      for (signal, isQueued) in [("USR1", true), ("TERM", false)] {
        let result = try submitted(mpi: "pmix", srun: wait.replacing("%@", with: signal), ["train", "run.yaml"])
        #expect(result.status == 75 && result.stdout.contains("requeue 1") == isQueued, "\(signal): \(result)")
      }
    }

    @Test func `an array's task runs its cell of a sweep, alone`() throws {
      let result = try submitted(mpi: "pmix", environment: "export DIAGONAL=echo", ["sweep", "s.yaml", "--out", "d"])
      try requireSuccess(result)
      #expect(result.stdout.split(separator: "\n").contains("sweep s.yaml --out d"), "\(result)")
    }

    @Test func `it is submitted from anywhere`() throws {
      try temporaryDirectory { elsewhere in
        let script = "\(repository)/launch/slurm.sbatch"
        let result = try submitted(
          mpi: "none", environment: "export SLURM_SUBMIT_DIR=\(elsewhere)", command: script, ["check"])
        try requireSuccess(result)
        #expect(result.stdout.contains("mpirun -np 8 --hostfile"))
      }
    }

    @Test func `the repository's path may have spaces`() throws {
      try temporaryDirectory { directory in
        let home = "\(directory)/a b"
        try requireSuccess(
          bash(#"mkdir -p "$1/launch"; cp "$2"/launch/* "$1/launch" 2>/dev/null; exit 0"#, [home, repository]))
        let result = try submitted(
          mpi: "none", environment: "export SLURM_SUBMIT_DIR='\(directory)'",
          command: "\(home)/launch/slurm.sbatch --restarts 1 check", ["check"])
        try requireSuccess(result)
        #expect(result.stdout.contains("mpirun -np 8 --hostfile"))
      }
    }

    /// Where launch/hosts stands between, which takes a first TERM for a request.
    @Test(arguments: [("QUIT", 131), ("TERM", 143)])
    func `QUIT, or a second TERM, ends at once without PMIx too`(_ signal: String, _ status: Int32) throws {
      let mpirun = """
        slurm=$(cut -d ' ' -f 4 /proc/$PPID/stat)
        trap 'kill -s TERM $slurm' USR1; trap 'exit 1' TERM
        kill -s \(signal) $slurm
        while :; do sleep 0.1; done
        """
      let result = try submitted(mpi: "none", mpirun: mpirun, ["train", "run.yaml"])
      #expect(result.status == status && !result.stdout.contains("requeue"), "\(result)")
    }

    /// - Parameter fails: a node on which nothing can be started.
    private func submitted(
      mpi: String, fails: String = "none", srun: String = "echo srun \"$@\"", mpirun: String? = nil,
      environment: String = "",
      command: String = "", _ arguments: [String]
    ) throws -> ProcessResult {
      try temporaryDirectory { directory in
        let stand = [
          "srun": """
          case "$*" in
            --mpi=list) echo \(mpi) ;;
            *,\(fails)\\ * | *=\(fails)\\ *) exit 1 ;;
            *) \(srun) ;;
          esac
          """,
          "scontrol": """
          case $1 in
            show) if [[ $2 == job ]]; then echo "   Command=\(command)"; else printf 'a\\nb\\n'; fi ;;
            *) echo "$@" ;;
          esac
          """,
          "mpirun": mpirun ?? """
            echo mpirun "$@"
            while [[ $1 != --hostfile ]]; do shift; done
            echo hosts: $(<"$2")
            """,
        ]
        for (name, lines) in stand {
          try Data("#!/usr/bin/env bash\n\(lines)\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
        return try bash(
          """
          chmod +x "$1"/*; export PATH=$1:$PATH DIAGONAL=diagonal
          export SLURM_JOB_ID=1 SLURM_JOB_NODELIST='a,b' SLURM_NTASKS=8 SLURM_SUBMIT_DIR=$2
          \(environment)
          cp "$2/launch/slurm.sbatch" "$1/slurm_script"
          bash "$1/slurm_script" "${@:3}"
          """, [directory, repository] + arguments)
      }
    }
  }
}
