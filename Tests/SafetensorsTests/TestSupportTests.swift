import Foundation
import TestSupport
import Testing

@Suite struct `What tests stand on` {
  @Test func `closeness is relative to the largest and refuses NaN`() {
    expectClose([100, 0.5], [100, 0], relative: 0.01, because: "0.5 is within 1 of 100")
    withKnownIssue { expectClose([100, 2], [100, 0], relative: 0.01, because: "2 is not") }
    withKnownIssue { expectClose([.nan], [1], relative: 1, because: "NaN is close to nothing") }
    withKnownIssue { expectClose([1], [1, 2], relative: 1, because: "a value is missing") }
  }

  @Test func `central differences find the gradient of a cubic`() {
    let x: [Float] = (0..<40).map { Float($0) / 10 - 2 }
    let indices = sampledIndices(of: x.count)
    let found = centralDifferences(at: x, indices: indices, step: 1e-3) { x in
      x.reduce(0) { $0 + Double($1) * Double($1) * Double($1) }
    }
    #expect(indices.first == 0 && indices.last == 39 && indices.count == 16)
    expectClose(found, indices.map { 3 * x[$0] * x[$0] }, relative: 1e-6, because: "h² of a cubic is 1e-6")
  }

  @Test func `a program's output, errors, environment and exit code are seen`() throws {
    let result = try run("sh", ["-c", "echo \"$WHAT\"; echo wrong >&2; exit 3"], environment: ["WHAT": "out of it"])
    #expect(result.stdout == "out of it\n")
    #expect(result.stderr == "wrong\n")
    #expect(result.status == 3 && !result.timedOut)
    #expect(throws: POSIXError.self) { try run("/nowhere/program") }
  }

  @Test func `a program that hangs is ended with its children`() throws {
    let start = Date()
    let result = try run("sh", ["-c", "sleep 60 & echo $!; wait"], timeoutSeconds: 0.3)
    #expect(result.timedOut && result.status == 128 + SIGTERM)
    #expect(Date().timeIntervalSince(start) < 10)
    let child = try #require(pid_t(result.stdout.trimmingCharacters(in: .whitespacesAndNewlines)))
    // A child that has ended but that nobody waited for is a zombie (Z), not yet gone.
    let state = try run("ps", ["-o", "stat=", "-p", "\(child)"]).stdout
    #expect(state.isEmpty || state.hasPrefix("Z"), "the child is in state \(state)")
  }

  @Test func `the command lies beside the tests`() {
    #expect(FileManager.default.isExecutableFile(atPath: diagonalExecutable), "\(diagonalExecutable)")
  }
}
