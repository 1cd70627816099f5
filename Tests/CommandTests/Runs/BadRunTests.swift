import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Runs that can't be: wrong keys, impossible splits, places where nothing can be written.
  struct BadRunTests {
    @Test func `a wrong key is answered with the nearest`() throws {
      try SmallRun.make { small in
        try small.write("run.yaml", "batch: {siz: 8}\n")
        expectRefusal(try small.train(), "batch.siz is not a key; did you mean batch.size?")
        try small.write("run.yaml", "")
        expectRefusal(
          try small.train(settings: ["optimiser.beta1=0.8"]), exit: 2, "optimiser.beta1",
          "did you mean optimizer.beta1?")
      }
    }

    @Test func `a model written in the run file is checked like one in its own`() throws {
      try SmallRun.make { small in
        let model = SmallRun.model.replacing("\n", with: " ")
        for (wrong, words) in [
          ("\"layers\": \"two\"", "layers"), ("\"layers\": 1, \"mlp_ratio\": 0.001", "mlp_ratio of the model is 0.001"),
        ] {
          let config = model.replacing("\"layers\": 1", with: wrong)
          let result = try small.train(settings: ["model.config=\(config)"])
          expectRefusal(result, words)
          #expect(!result.stderr.contains("DecodingError") && !result.stderr.contains("CodingKeys"))
        }
      }
    }

    @Test func `a tokenizer whose texts end otherwise than the model reads them is refused`() throws {
      try SmallRun.make { small in
        try small.write(
          "model.json", SmallRun.model.replacing("\"heads\": 1", with: #""heads": 1, "pool_type": "eos", "eos_id": 5"#))
        expectRefusal(try small.train(), "merges.txt doesn't suit the model: it ends texts with 513", "eos_id is 5")
      }
    }

    @Test func `a run file that isn't there is named`() throws {
      expectRefusal(try diagonal("train", "/nowhere/run.yaml"), "/nowhere/run.yaml", "No such file")
    }

    @Test func `a batch that doesn't split over chunks and workers is refused with some that do`() throws {
      try SmallRun.make { small in
        expectRefusal(
          try small.train(settings: ["batch.chunk=3"]), "batch.size 8", "batch.chunk 3", "take batch.chunk 1")
        expectRefusal(
          try small.train(["--simulate", "3"]), "batch.size 8", "over 3 workers", "batch.size 6 or 9", "1 or 2 workers")
      }
    }

    @Test func `mpirun with more workers than rows is refused`() throws {
      try SmallRun.make { small in
        let result = try small.train(settings: ["batch.size=2"], workers: .processes(4))
        expectRefusal(result, "batch.size 2", "over 4 workers", "batch.size 4", "1 or 2 workers")
      }
    }

    // A file in the directory's place, since root may write anywhere.
    @Test(arguments: [Workers.simulated(1), .processes(2)])
    func `an output that can't be written is refused before the first step`(_ workers: Workers) throws {
      try SmallRun.make { small in
        try small.write("taken", "")
        for out in [small.path("taken"), small.path("taken/below")] {
          let result = try small.train(["--out", out], workers: workers)
          expectRefusal(result, "cannot write \(out)", "Not a directory", "choose another --out")
          #expect(!result.stderr.contains("step 1"))
        }
      }
    }
  }
}
