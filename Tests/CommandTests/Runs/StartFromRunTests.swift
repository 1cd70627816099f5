import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// `model.from` and its like name a run as `--model` does.
  @Suite struct StartFromRunTests {
    private static let still = ["schedule.steps=2", "seed=5"]

    private static func told(_ run: RunOutput) throws -> String {
      try run.lines("run.yaml").first { $0.contains("from: ") && !$0.contains("_from") }.map(String.init) ?? ""
    }

    @Test func `a run starts from another's newest checkpoint, or from the one that is named`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let (path, source) = (small.output.path, small.output)
        for (text, step) in [(path, 4), ("\(path)@2", 2), ("\(path)/", 4)] {
          let (named, plain) = (RunOutput(small.path("named")), RunOutput(small.path("plain")))
          let result = try small.train(["--out", named.path], settings: Self.still + ["model.from=\(text)"])
          try requireSuccess(result)
          #expect(result.stderr.contains("model.from \(text): "), "\(result.stderr)")
          #expect(try Self.told(named).contains("step-0000000\(step)"), "\(text)")
          try requireSuccess(
            small.train(["--out", plain.path], settings: Self.still + ["model.from=\(source.checkpoint(step))"]))
          #expect(
            try tensors(named.checkpoint(2)) { _ in true } == tensors(plain.checkpoint(2)) { _ in true }, "\(text)")
          for run in [named, plain] { try FileManager.default.removeItem(atPath: run.path) }
        }
        let missing = try small.train(["--out", small.path("new")], settings: ["model.from=\(path)@7"])
        expectRefusal(missing, exit: 2, "there is no \(path)@7", "2, 4")
        // Its configuration and its tokenizer come from there too.
        try small.write(
          "bare.yaml", "data: {train: \(small.path("train.tar"))}\nbatch: {size: 8}\nschedule: {steps: 1}\n")
        try requireSuccess(
          diagonal(
            "train", small.path("bare.yaml"), "--set", "model.from=\(path)", "--out", small.path("bare")))
        try requireSuccess(diagonal("plan", small.path("bare.yaml"), "--set", "model.from=\(path)"))
      }
    }

    @Test func `a run goes on from what it began with, though the other was trained on`() throws {
      try SmallRun.make { small in
        let settings = ["model.from=\(small.output.path)", "seed=5"]
        let (whole, other) = (RunOutput(small.path("whole")), RunOutput(small.path("other")))
        try requireSuccess(small.train())
        try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
        try requireSuccess(small.train(["--out", whole.path], settings: settings))
        try requireSuccess(small.train(["--out", other.path], settings: settings))
        try FileManager.default.removeItem(atPath: other.checkpoint(4))
        try requireSuccess(small.train())
        let resumed = try small.train(["--out", other.path], settings: settings)
        try requireSuccess(resumed)
        #expect(resumed.stderr.contains("from step 2 ") && !resumed.stderr.contains("changed"), "\(resumed.stderr)")
        #expect(try Self.told(other).contains("step-00000002"))
        #expect(try other.files(4) == whole.files(4))
        #expect(resumed.stderr.contains("as before"), "\(resumed.stderr)")
        // Another run than it began with is another run.
        try requireSuccess(small.train(["--out", small.path("third")], settings: Self.still))
        try FileManager.default.removeItem(atPath: other.checkpoint(4))
        let third = try small.train(
          ["--out", other.path], settings: ["model.from=\(small.path("third"))", "seed=5"])
        expectRefusal(third, exit: 2, "model.from is ")
        // What it began with is read no more, and may be gone.
        try FileManager.default.removeItem(atPath: small.output.checkpoint(2))
        try requireSuccess(small.train(["--out", other.path], settings: settings))
        #expect(try Self.told(other).contains("step-00000002") && other.files(4) == whole.files(4))
      }
    }
  }
}
