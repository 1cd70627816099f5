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

    /// Levels above the processor's are the processor's own.
    @Test(arguments: ["baseline", "avx2", "avx512", "avx512_bf16"], ["f32", "bf16"])
    func `a network of convolutions trains at every level`(_ level: String, _ precision: String) throws {
      try SmallRun.make { small in
        try small.write(
          "model.json",
          """
          {"embed_dim": 16, "vision_cfg": {"image_size": 32, "arch": "resnet18"},
           "text_cfg": {"context_length": 16, "vocab_size": 514, "width": 64, "heads": 1, "layers": 1}}
          """)
        let result = try small.train(
          settings: ["precision=\(precision)", "batch.chunk=2", "schedule.steps=1"],
          environment: ["DIAGONAL_MAX_ISA": level])
        try requireSuccess(result)
        #expect(try small.output.metrics().allSatisfy { ($0["gradient_norm"] ?? 0) > 0 })
      }
    }

    @Test func `a limit that is no instruction set is refused`() throws {
      let result = try run(
        command: [diagonalExecutable, "bench", "processor"], environment: ["DIAGONAL_MAX_ISA": "AVX2"])
      expectRefusal(result, exit: 2, "DIAGONAL_MAX_ISA is AVX2, expected baseline, avx2, avx512")
    }
  }
}
