import Foundation
import TestSupport
import Testing

extension CommandTests {
  struct UsageTests {
    @Test(arguments: [
      ["train", "run.yaml", "--simulate", "0"], ["train", "run.yaml", "--simulat", "2"], ["train"], ["trian"],
      ["check", "--simulate", "0"], ["data", "emoji"], ["data", "emoji", "--out", "x", "--size", "7"],
      ["eval", "retrieval", "--model", "m", "--data", "d", "--captions", "none"], ["eval", "zero-shot", "--data", "d"],
      ["convert", "a", "b", "--image-size", "0"], ["convert", "a", "b", "--context-length", "0"],
      ["tokenizer", "train", "--data", "x", "--vocab", "100", "--out", "y"],
    ])
    func `a wrong command line exits with 2 and says how it goes`(_ arguments: [String]) throws {
      let result = try diagonal(arguments)
      #expect(result.status == 2)
      #expect(result.stderr.contains("Error: ") && result.stderr.contains("Usage: diagonal"))
      #expect(result.stdout.isEmpty)
    }

    @Test func `what is wrong on the command line exits with 2, said once under mpirun`() throws {
      try SmallRun.make { small in
        for (wrong, words) in [
          (small.arguments(settings: ["sede=1"]), "did you mean seed?"),
          (small.arguments(settings: ["batch.size=0"]), "batch.size is 0, must lie in 1…1e8"),
          (small.arguments(["--resume", small.path("gone")]), "there is no \(small.path("gone"))"),
          (small.arguments(["--simulate", "2"]), "mpirun started 2"),
        ] {
          let result = try run(command: Workers.processes(2).command(wrong))
          expectRefusal(result, exit: 2, words)
          #expect(result.stderr.split(separator: "\n").count { $0.contains(words) } == 1, "\(result.stderr)")
        }
        // The same value in the file is the file's fault.
        try small.write("run.yaml", "batch: {size: 0}\n")
        let result = try small.train(workers: .processes(2))
        expectRefusal(result, "batch.size is 0, must lie in 1…1e8")
        #expect(!result.stderr.contains("worker 1 aborts"))
      }
    }

    @Test func `a bench that can't be is refused`() throws {
      let step = ["bench", "step", "--model", "\(repository)/launch/models/T16.json", "--batch", "12"]
      expectRefusal(try diagonal(step + ["--caption-tokens", "99"]), exit: 2, "--caption-tokens is 99", "is 32")
      expectRefusal(
        try run(command: Workers.processes(3).command(step)), exit: 2, "on 1, 2, 4, 8, … workers, not on 3")

      let captions = step + ["--captions", "\(repository)/gone.txt"]
      expectRefusal(try diagonal(captions), exit: 2, "needs --tokenizer FILE", "--captions typical")
      let tokenizer = ["--tokenizer", Golden.path("tokenizer-merges.txt.gz")]
      expectRefusal(try diagonal(captions + tokenizer), exit: 1, "there is no \(repository)/gone.txt")
      expectRefusal(
        try diagonal(step + ["--captions", "typical"] + tokenizer), exit: 2, "--tokenizer is for --captions FILE")
      expectRefusal(
        try diagonal(step + ["--captions", "typical", "--caption-tokens", "9"]), exit: 2, "leave out --caption-tokens")

      let loss = ["bench", "loss", "--batch", "8"]
      expectRefusal(try diagonal(loss + ["--negatives", "8"]), exit: 2, "--negatives is 8", "--batch 8")
      expectRefusal(
        try diagonal(loss + ["--kind", "global_contrastive", "--duplicates", "positive"]), exit: 2,
        "--duplicates is positive", "--kind global_contrastive")
      expectRefusal(
        try diagonal("bench", "loss", "--batch", "1", "--kind", "global_contrastive"), exit: 2, "--batch is 1")
    }

    @Test func `a step on captions of many lengths tells them`() throws {
      try SmallRun.make { small in
        try small.write("model.json", SmallRun.model)
        try small.write("captions.txt", "a dog\na cat and a dog on the grass\n")
        let step = ["bench", "step", "--model", small.path("model.json"), "--batch", "4", "--steps", "1", "--json"]
        let tokenizer = ["--tokenizer", Golden.path("tokenizer-merges.txt.gz")]
        for (captions, isEqual) in [
          (["--captions", "typical"], false), (["--captions", small.path("captions.txt")] + tokenizer, false),
          (["--caption-tokens", "7"], true),
        ] {
          let found = try JSONDecoder().decode(Lengths.self, from: Data(diagonal(step + captions).stdout.utf8))
          #expect((found.caption_lengths == nil) == isEqual)
          let lengths = found.caption_lengths ?? [7]
          #expect(isEqual || lengths.count == 4)
          #expect(found.caption_tokens == Double(lengths.reduce(0, +)) / Double(lengths.count))
        }
      }
    }

    private struct Lengths: Decodable {
      let caption_tokens: Double
      let caption_lengths: [Int]?
    }

    @Test func `a step of too few pictures for batch statistics is refused`() throws {
      try SmallRun.make { small in
        let vision = #""vision_cfg": {"image_size": 32, "arch": "resnet18"}"#
        try small.write("model.json", SmallRun.model.replacing(/"vision_cfg": \{.*\}/, with: vision))
        let step = ["bench", "step", "--model", small.path("model.json"), "--caption-tokens", "16", "--batch"]
        expectRefusal(try diagonal(step + ["1"]), exit: 2, "chunks of 1 are too small", "need 2")
      }
    }

    @Test func `an unknown option is answered with the nearest`() throws {
      #expect(try diagonal("train", "run.yaml", "--simulat", "2").stderr.contains("Did you mean '--simulate'?"))
    }

    @Test func `every command's help exits with 0 and has an example`() throws {
      let commands = try commands(below: [])
      #expect(commands.count >= 7 && commands.contains(["tokenizer", "encode"]))
      for command in commands {
        let help = try diagonal(command + ["--help"])
        #expect(help.status == 0, "\(command)")
        let example = help.stdout.split(separator: "\n").drop { !$0.lowercased().hasPrefix("example") }
          .prefix { !$0.hasPrefix("USAGE") }.joined(separator: " ")
        #expect(example.contains((["diagonal"] + command).joined(separator: " ")), "\(command): \(example)")
      }
    }

    /// The command and, as its help lists them, those below it.
    private func commands(below command: [String]) throws -> [[String]] {
      let lines = try diagonal(command + ["--help"]).stdout.split(separator: "\n", omittingEmptySubsequences: false)
      // Two spaces and the name; more spaces where a description goes on.
      let names = lines.drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { !$0.isEmpty }
        .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.compactMap { $0.split(separator: " ").first }
      return try [command] + names.flatMap { try commands(below: command + [String($0)]) }
    }
  }
}
