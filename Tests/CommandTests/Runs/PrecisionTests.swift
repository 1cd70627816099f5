import Foundation
import TestSupport
import Testing

extension CommandTests {
  struct PrecisionTests {
    private let heldToAVX2 = ["DIAGONAL_MAX_ISA": "avx2"]

    /// The run's own value, whatever processor resumes it.
    private func precision(_ small: SmallRun) throws -> String {
      String(try small.output.lines("run.yaml").first { $0.hasPrefix("precision: ") }?.dropFirst(11) ?? "")
    }

    @Test func `auto is f32 without instructions for bf16, and stays it where there are some`() throws {
      try SmallRun.make { small in
        let auto = ["precision=auto"]
        try requireSuccess(small.train(settings: auto + ["schedule.steps=2"], environment: heldToAVX2))
        #expect(try precision(small) == "f32")
        try requireSuccess(small.train(settings: auto))
        #expect(try precision(small) == "f32")
        expectRefusal(try small.train(settings: ["precision=bf16"]), "precision is f32 there, bf16 here")
      }
    }

    @Test func `bf16 runs and resumes without instructions for it, and says that it is slower`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train(settings: ["precision=bf16", "schedule.steps=2"]))
        let resumed = try small.train(
          settings: ["precision=auto"], workers: .processes(2), environment: heldToAVX2)
        try requireSuccess(resumed)
        #expect(try precision(small) == "bf16")
        #expect(resumed.stderr.split(separator: "\n").count { $0.contains("no instructions for bf16") } == 1)
      }
    }

    @Test func `a limit that is no instruction set is refused`() throws {
      let result = try run(
        command: [diagonalExecutable, "bench", "processor"], environment: ["DIAGONAL_MAX_ISA": "AVX2"])
      expectRefusal(result, exit: 2, "DIAGONAL_MAX_ISA is AVX2, expected baseline, avx2, avx512")
    }
  }
}
