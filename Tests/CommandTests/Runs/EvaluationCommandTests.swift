import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Evaluations while a run trains, afterwards, and by several processes.
  struct EvaluationCommandTests {
    private func evaluation(_ small: SmallRun, every: Int = 2) -> String {
      "evaluation=[{kind: retrieval, data: \(small.path("train.tar")), every: \(every), captions: all}, "
        + "{name: validation, kind: loss, data: \(small.path("train.tar")), every: \(every)}]"
    }

    /// The rows of evaluations.jsonl without what a clock says.
    private func rows(_ output: RunOutput) throws -> [NSDictionary] {
      try output.lines("evaluations.jsonl").map { line in
        var row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        row["seconds"] = nil
        row["time"] = nil
        return row as NSDictionary
      }
    }

    @Test func `a run that evaluates makes the bytes of one that doesn't, over processes too, and resumed`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let expected = try small.output.files(4)
        var found: [[NSDictionary]] = []
        for (number, workers) in [Workers.simulated(1), .processes(2), .simulated(4)].enumerated() {
          let output = RunOutput(small.path("run\(number)"))
          let result = try small.train(["--out", output.path], settings: [evaluation(small)], workers: workers)
          try requireSuccess(result)
          #expect(try output.files(4) == expected)
          #expect(result.stderr.contains("step 2  validation: loss "), "\(result.stderr)")
          #expect(try read("\(output.path)/log.txt").contains("step 4  retrieval: image_to_text.recall_at_1 "))
          found.append(try rows(output))
        }
        #expect(found[0].count == 4 && found[1] == found[0] && found[2] == found[0])
        // As if it had been killed after step 4's rows, before its checkpoint.
        let last = RunOutput(small.path("run1"))
        try FileManager.default.removeItem(atPath: last.checkpoint(4))
        try requireSuccess(
          small.train(["--out", last.path], settings: [evaluation(small)], workers: .processes(2)))
        #expect(try last.files(4) == expected)
        #expect(try rows(last) == found[0])
      }
    }

    @Test func `processes share an evaluation and find what one finds`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        for words in [["retrieval", "--captions", "all"], ["loss", "--batch", "7"]] {
          let arguments =
            ["eval"] + words
            + ["--model", small.output.path, "--data", small.path("train.tar"), "--threads", "1", "--json"]
          func answer(_ command: [String]) throws -> NSDictionary {
            let result = try run(command: command)
            try requireSuccess(result)
            // One object: a worker alone speaks.
            var found = try #require(
              try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any], "\(result.stdout)")
            found["seconds"] = nil
            return found as NSDictionary
          }
          let one = try answer([diagonalExecutable] + arguments)
          for processes in [2, 3] { #expect(try answer(Workers.processes(processes).command(arguments)) == one) }
        }
      }
    }

    @Test func `the best checkpoint is shown, kept, and called by its name`() throws {
      try SmallRun.make { small in
        let settings = [
          evaluation(small, every: 1), "checkpoint.best=validation/loss", "checkpoint.keep=1", "checkpoint.every=4",
          "schedule.steps=8", "schedule.warmup=1", "optimizer.learning_rate=0.3",
        ]
        let trained = try small.train(settings: settings, workers: .processes(2))
        try requireSuccess(trained)
        let rows = try rows(small.output).filter { $0["name"] as? String == "validation" }
        let losses = rows.compactMap { ($0["numbers"] as? [String: Double])?["loss"] }
        let best = try #require(losses.indices.min { losses[$0] < losses[$1] }) + 1
        try #require(best < 8, "the last is the best: \(losses)")
        let listed = try diagonal("checkpoints", small.output.path)
        #expect(listed.stdout.split(separator: "\n").count == 2)
        #expect(listed.stdout.contains("\(small.output.checkpoint(best))  "))
        #expect(listed.stdout.contains("  best: validation/loss "), "\(listed.stdout)")
        #expect(try diagonal("checkpoints", small.output.path, "--prune").stdout.contains("nothing removed"))
        let named = try diagonal("inspect", "\(small.output.path)@best", "--json")
        #expect(named.stderr.contains(small.output.checkpoint(best)), "\(named.stderr)")
        let shown = try diagonal("report", small.output.path)
        try requireSuccess(shown)
        #expect(try read("\(small.output.path)/report.html").contains("validation: loss"))
        let watched = try diagonal("watch", small.output.path, "--field", "validation/loss")
        #expect(watched.stdout.contains("validation/loss"), "\(watched.stdout)")
      }
    }

    @Test func `a number that isn't there, an evaluation that can't be made: refused before the first step`() throws {
      try SmallRun.make { small in
        for workers in [Workers.simulated(1), .processes(2)] {
          expectRefusal(
            try small.train(settings: [evaluation(small), "checkpoint.best=validation/top1"], workers: workers),
            exit: 2,
            "checkpoint.best is validation/top1, must name a number after the slash: loss")
        }
        expectRefusal(
          try small.train(settings: ["evaluation=[{kind: loss, data: \(small.path("gone.tar"))}]"]), exit: 1, "gone.tar"
        )
      }
    }

    @Test func `a damaged model says which tensor, and no nan`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let weights = "\(small.output.checkpoint(4))/open_clip_model.safetensors"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
        bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
        try bytes.write(to: URL(fileURLWithPath: weights))
        let (model, data) = (small.output.checkpoint(4), small.path("train.tar"))
        for words in [
          ["classify", "--model", model, "--labels", "a,b", Golden.path("pictures/rgb.png")],
          ["classify", "--model", model, "--labels", "a,b", Golden.path("pictures/rgb.png"), "--json"],
          ["eval", "retrieval", "--model", model, "--data", data],
          ["embed", "--model", model, "--data", data, "--out", small.path("out")],
          ["convert", model, small.path("converted"), "--storage", "f16"],
        ] {
          let result = try diagonal(words)
          expectRefusal(result, exit: 1, " of \(model) holds numbers that aren't finite")
          #expect(!result.stdout.contains("nan"))
        }
      }
    }

    @Test func `labels may hold commas, and come from a file`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try small.write("labels.txt", "\u{FEFF}a dog\na cat, asleep\na dog\n")
        let picture = Golden.path("pictures/rgb.png")
        for words in [["--label", "a cat, asleep", "--label", "a dog"], ["--classes", small.path("labels.txt")]] {
          let result = try diagonal(["classify", "--model", small.output.path] + words + [picture, "--json"])
          try requireSuccess(result)
          #expect(result.stdout.contains(#""label":"a cat, asleep""#) && result.stdout.contains(#""label":"a dog""#))
          #expect(result.stdout.components(separatedBy: #""label""#).count == 3)
        }
        expectRefusal(try diagonal("classify", "--model", small.output.path, picture), exit: 2, "no label: expected")
      }
    }
  }
}
