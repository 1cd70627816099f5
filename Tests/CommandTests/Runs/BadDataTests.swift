import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Data that can't be trained on, and data that can but for a pair.
  struct BadDataTests {
    @Test func `a shard that is missing is named`() throws {
      try SmallRun.make { small in
        let result = try small.train(settings: ["data.train=\(small.path("gone-{0..1}.tar"))"])
        expectRefusal(result, small.path("gone-0.tar"), "check the path")
      }
    }

    @Test func `under mpirun one worker names it for all`() throws {
      try SmallRun.make { small in
        let result = try small.train(settings: ["data.train=\(small.path("gone.tar"))"], workers: .processes(2))
        expectRefusal(result, "worker 0 aborts", small.path("gone.tar"))
        #expect(!result.stderr.contains("worker 1 aborts"))
      }
    }

    @Test func `a shard that is cut off is named with what it lacks`() throws {
      try SmallRun.make { small in
        let shard = URL(fileURLWithPath: small.path("train.tar"))
        try Data(contentsOf: shard).prefix(20_000).write(to: shard)
        expectRefusal(try small.train(), "train.tar is cut off", "p16.png", "fetch it again")
      }
    }

    @Test func `a text in a picture's place and an empty caption are named, counted and trained around`() throws {
      try SmallRun.make { small in
        try small.write("pairs/p12.png", "hello")
        try small.write("pairs/p15.txt", " \n")
        try small.pack()
        let alone = try small.train()
        try requireSuccess(alone)
        for words in [
          "skipped p12 in \(small.path("train.tar")): not a picture", "skipped p15 in \(small.path("train.tar"))",
          "no caption", "samples were replaced by others",
        ] { #expect(alone.stderr.contains(words)) }

        // What stands in for them doesn't depend on the workers.
        let together = try small.train(["--out", small.path("other")], workers: .simulated(4))
        try requireSuccess(together)
        func total(_ result: ProcessResult) -> Substring? {
          result.stderr.split(separator: "\n").first { $0.contains("were replaced by others") }
        }
        #expect(total(together) == total(alone))
        let (files, expected) = (try RunOutput(small.path("other")).files(4), try small.output.files(4))
        #expect(files == expected)
      }
    }

    @Test func `a vocabulary is learned around pairs without caption`() throws {
      try SmallRun.make { small in
        try small.write("pairs/p15.txt", " \n")
        try small.pack()
        let result = try diagonal(
          "tokenizer", "train", "--data", small.path("train.tar"), "--vocab", "520", "--out", small.path("new.txt"))
        try requireSuccess(result)
        #expect(result.stderr.contains("skipped p15 in \(small.path("train.tar"))"))
        #expect(result.stdout.contains("from 19 captions") && result.stdout.contains("1 pair was skipped"))
      }
    }

    @Test func `pairs that are none are named once, whatever the workers`() throws {
      try SmallRun.make { small in
        try FileManager.default.removeItem(atPath: small.path("pairs/p15.png"))
        try small.pack()
        for workers in [Workers.simulated(4), .processes(2)] {
          let result = try small.train(["--out", small.path("\(workers)")], workers: workers)
          try requireSuccess(result)
          #expect(result.stderr.split(separator: "\n").count { $0.contains("p15") } == 1, "\(result.stderr)")
        }
      }
    }

    @Test func `what can't be used is written down once, the same whatever the workers, and not again on resume`()
      throws
    {
      try SmallRun.make { small in
        for number in 10..<16 { try small.write("pairs/p\(number).png", "broken \(number)") }
        try small.write("pairs/p20.txt", " ")
        try small.write("pairs/p21.json", "{")
        try FileManager.default.removeItem(atPath: small.path("pairs/p22.txt"))
        try small.pack()
        // All pairs are met in three epochs.
        let settings = ["schedule.steps=8", "log.every=3", "checkpoint.every=2", "checkpoint.keep=null"]
        func skipped(_ output: RunOutput) throws -> [String] {
          try output.lines("skipped.jsonl").map(String.init).sorted()
        }
        let alone = try small.train(settings: settings)
        try requireSuccess(alone)
        let expected = try skipped(small.output)
        #expect(expected.count == 9 && Set(expected).count == 9)
        let p10 = try #require(expected.first { $0.contains("p10") })
        for field in [
          #""byte":"#, #""file":"\#(small.path("train.tar"))""#, #""kind":"pictures that can't be decoded""#,
          #""reason":"not a picture"#, #""record":"p10""#,
        ] { #expect(p10.contains(field), "\(p10)") }
        // The terminal is told of some of a kind, and in the end of how many.
        let lines = alone.stderr.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("skipped p1") } == 3)
        #expect(alone.stderr.contains("skipped in all: pictures without a caption (1), "))
        #expect(alone.stderr.contains("pictures that can't be decoded (6)"))
        for workers in [Workers.simulated(4), .processes(2)] {
          let other = RunOutput(small.path("\(workers)"))
          let result = try small.train(["--out", other.path], settings: settings, workers: workers)
          try requireSuccess(result)
          #expect(
            try skipped(other) == expected
              && result.stderr.split(separator: "\n").count { $0.hasPrefix("skipped p1") } == 3)
          #expect(try other.files(8) == small.output.files(8))
        }
        for step in [6, 8] { try FileManager.default.removeItem(atPath: small.output.checkpoint(step)) }
        try requireSuccess(small.train(settings: settings, workers: .simulated(2)))
        #expect(try skipped(small.output) == expected)
      }
    }

    @Test func `more loss than data.skip_limit allows ends the run, with the summary`() throws {
      try SmallRun.make { small in
        for number in 10..<16 { try small.write("pairs/p\(number).png", "broken") }
        try small.pack()
        let settings = ["schedule.steps=8", "log.every=1", "data.skip_limit=0.2"]
        for workers in [Workers.simulated(2), .processes(2)] {
          let result = try small.train(["--out", small.path("\(workers)")], settings: settings, workers: workers)
          expectRefusal(
            result, "of 20 pairs can't be used, more than data.skip_limit 0.2", "pictures that can't be decoded")
        }
        try requireSuccess(small.train(settings: ["schedule.steps=8", "log.every=1", "data.skip_limit=0.3"]))
        // What is known before the first step ends the run before it.
        for number in 16..<25 { try FileManager.default.removeItem(atPath: small.path("pairs/p\(number).txt")) }
        try small.pack()
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: settings), "9 of 20 pairs can't be used")
      }
    }

    @Test func `a run goes on with its own data alone: moved they are the same, edited they aren't`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
        try FileManager.default.createDirectory(atPath: small.path("moved"), withIntermediateDirectories: false)
        try FileManager.default.moveItem(atPath: small.path("train.tar"), toPath: small.path("moved/train.tar"))
        try requireSuccess(small.train(settings: ["data.train=\(small.path("moved/train.tar"))"]))
        try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
        // One letter of one caption.
        try small.write("pairs/p15.txt", "picture nvmber 15")
        try small.pack()
        expectRefusal(try small.train(), "is of another run", "the training data's digest")
      }
    }

    @Test func `workers that see other data by the same path are refused before the first step`() throws {
      try SmallRun.make { small in
        try small.write("pairs/p15.txt", "picture nvmber 15")
        for rank in ["0", "1"] {
          try FileManager.default.createDirectory(atPath: small.path(rank), withIntermediateDirectories: false)
          try FileManager.default.moveItem(atPath: small.path("train.tar"), toPath: small.path("\(rank)/train.tar"))
          try small.pack()
        }
        let command = [diagonalExecutable] + small.arguments(settings: ["data.train=train.tar"])
        let result = try run(
          command: ["\(repository)/launch/local", "2", "bash", "-c", #"cd "$0/$OMPI_COMM_WORLD_RANK" && exec "$@""#]
            + [small.directory] + command)
        expectRefusal(result, "worker 1 has another data set than worker 0")
        #expect(!FileManager.default.fileExists(atPath: "\(small.output.path)/metrics.jsonl"))
      }
    }

    @Test func `captions longer than the context are counted and told of at the start`() throws {
      try SmallRun.make { small in
        for number in 10..<13 {
          try small.write("pairs/p\(number).txt", String(repeating: "x", count: 12 + number - 10))
        }
        try small.pack()
        // The others have 17 bytes; of 16 tokens two are the start and the end.
        let result = try small.train()
        try requireSuccess(result)
        #expect(result.stderr.contains("17 of 20 captions are longer than the model's context of 16 tokens"))
      }
    }

    @Test func `a mixture makes the same checkpoint on any workers, and in two parts`() throws {
      try SmallRun.make { small in
        try FileManager.default.copyItem(atPath: small.path("train.tar"), toPath: small.path("other.tar"))
        let (a, b) = (small.path("train.tar"), small.path("other.tar"))
        try small.expectSameBytes(["data.train=[\(a), {from: \(b), weight: 1.6}]", "data.captions={txt: 1}"], steps: 8)
      }
    }

    @Test func `OpenCLIP's double colon with factors is the same mixture`() throws {
      try SmallRun.make { small in
        try FileManager.default.copyItem(atPath: small.path("train.tar"), toPath: small.path("other.tar"))
        let (a, b) = (small.path("train.tar"), small.path("other.tar"))
        let ours = try small.train(settings: ["data.train=[\(a), {from: \(b), weight: 2}]"])
        try requireSuccess(ours)
        let other = RunOutput(small.path("theirs"))
        let theirs = try small.train(
          ["--out", other.path], settings: ["data.train=\(a)::\(b)", "data.upsampling_factors=1::2"])
        try requireSuccess(theirs)
        #expect(
          try other.files(4)["open_clip_model.safetensors"] == small.output.files(4)["open_clip_model.safetensors"])
        let wrong = try small.train(
          ["--out", other.path], settings: ["data.train=\(a)", "data.upsampling_factors=1::2"])
        expectRefusal(wrong, "data.upsampling_factors has 2 factors for 1 sources")
      }
    }

    @Test func `a batch larger than the data is refused`() throws {
      try SmallRun.make { small in
        expectRefusal(try small.train(settings: ["batch.size=64"]), "20 pairs", "set batch.size to 20 or less")
      }
    }

    @Test func `a vocabulary larger than the model's is refused`() throws {
      try SmallRun.make { small in
        try small.write("model.json", SmallRun.model.replacing("514", with: "100"))
        expectRefusal(try small.train(), "merges.txt has 514 tokens", "text_cfg.vocab_size is 100", "set it to 514")
      }
    }

    @Test(arguments: [("data.tokenizer", "check that the file exists"), ("model.config", "No such file")])
    func `a file that a run names and that isn't there is named`(_ key: String, _ words: String) throws {
      try SmallRun.make { small in
        expectRefusal(try small.train(settings: ["\(key)=\(small.path("gone"))"]), small.path("gone"), words)
      }
    }
  }
}
