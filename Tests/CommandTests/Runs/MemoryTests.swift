import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Memory that isn't there.
  struct MemoryTests {
    /// Of tensors, whose sizes are the user's. 2 GB is enough for everything else.
    @Test func `a run that gets no memory says how much was asked for`() throws {
      try SmallRun.make { small in
        let wide = SmallRun.model.replacing("\"width\": 64, \"head_width\"", with: "\"width\": 8192, \"head_width\"")
        try small.write("model.json", wide)
        let result = try bash(
          #"ulimit -v 2000000; "$@""#, [diagonalExecutable] + small.arguments(), timeoutSeconds: 120)
        expectRefusal(result, exit: 1, "there is no memory for", "bytes of numbers", "smaller batch.chunk")
      }
    }

    /// Of arrays, strings, pictures, libraries' own: what fails first depends on the limit. Below some 220 MB the libraries
    /// themselves can't be loaded, which isn't the command's to tell (127).
    @Test func `whatever there is no memory for, a run ends with a sentence`() throws {
      try SmallRun.make { small in
        let result = try bash(
          """
          for ((limit = 200; limit < 340; limit += 4)); do
            (ulimit -v $((limit * 1000)); "${@:2}") 2>"$1/said"; status=$?; rm -rf "$1/run"
            ((status == 127)) || echo "$status $(grep -E '^(Error|Fatal|diagonal: )' "$1/said" | tail -n 1)"
          done
          """, [small.directory, diagonalExecutable] + small.arguments(), timeoutSeconds: 300)
        let ends = result.stdout.split(separator: "\n")
        #expect(
          ends.count > 10 && ends.allSatisfy { $0.hasPrefix("0 ") || $0.hasPrefix("1 Error: ") }, "\(result.stdout)")
        #expect(
          ends.contains { $0.contains("there is no memory for") && $0.contains(" bytes more: ") }, "\(result.stdout)")
      }
    }

    /// As where /dev/shm is full, or a mapped file is cut.
    @Test func `pages that are gone end a process with a sentence`() throws {
      try SmallRun.make { small in
        let words =
          [diagonalExecutable] + small.arguments(settings: ["schedule.steps=100000", "checkpoint.every=100000"])
        let result = try bash(
          """
          "${@:2}" & until [[ -s $1/metrics.jsonl ]]; do sleep 0.05; done
          kill -BUS $!; wait $!
          """, [small.output.path] + words)
        expectRefusal(result, exit: 1, "(SIGBUS)", "/dev/shm")
      }
    }

    @Test func `steps that aren't finite can't be left out of averages`() throws {
      try SmallRun.make { small in
        let result = try small.train(
          ["--on-nonfinite", "skip"], settings: ["loss.kind=global_contrastive"], workers: .processes(2))
        expectRefusal(result, exit: 2, "--on-nonfinite skip can't be had with loss.kind global_contrastive")
        #expect(!FileManager.default.fileExists(atPath: small.output.checkpoint(2)))
      }
    }
  }
}
