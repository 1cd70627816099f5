import Foundation
import TestSupport
import Testing

extension LaunchTests {
  /// `diagonal check` as a user runs it before training: over MPI.
  struct CheckTests {
    @Test(arguments: [1, 2, 3, 4]) func `collectives are right over MPI`(_ workers: Int) throws {
      let result = try run(command: Workers.processes(workers).command(["check"]))
      try requireSuccess(result)
      #expect(result.stdout.contains("Workers: \(workers), over MPI"))
      #expect(result.stdout.split(separator: "\n").count { $0.contains("passed") } > 10)
    }

    @Test(arguments: [2, 4]) func `one worker's failure ends all, with its reason`(_ workers: Int) throws {
      let start = Date()
      let result = try run(command: Workers.processes(workers).command(["check", "--fail-rank", "1"]))
      #expect(!result.timedOut && Date().timeIntervalSince(start) < 30)
      #expect(result.status == 1)
      #expect(result.stderr.contains("worker 1 aborts: worker 1 fails, as --fail-rank asks"))
    }

    @Test func `threads of one process fail alike`() throws {
      let result = try diagonal("check", "--simulate", "3", "--fail-rank", "1")
      #expect(result.status == 1)
      #expect(result.stderr.contains("worker 1 fails"))
    }
  }
}
