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
