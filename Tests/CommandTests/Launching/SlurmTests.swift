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
          "srun --mpi=pmix --nodes=2 --nodelist=a,b --ntasks=8 --cpus-per-task=1 --cpu-bind=cores "
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

    /// - Parameter fails: a node on which nothing can be started.
    private func submitted(mpi: String, fails: String = "none", _ arguments: [String]) throws -> ProcessResult {
      try temporaryDirectory { directory in
        let stand = [
          "srun": """
          case "$*" in
            --mpi=list) echo \(mpi) ;;
            *,\(fails)\\ * | *=\(fails)\\ *) exit 1 ;;
            *) echo srun "$@" ;;
          esac
          """,
          "scontrol": "printf 'a\\nb\\n'",
          "mpirun": """
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
          bash "$2/launch/slurm.sbatch" "${@:3}"
          """, [directory, repository] + arguments)
      }
    }
  }
}
