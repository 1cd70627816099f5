import Foundation
import Pairs
import TestSupport
import Testing

extension CommandTests {
  /// `diagonal embed`, and what is made of what it stored.
  struct EmbedCommandTests {
    /// All files of a directory by name.
    private static func contents(_ directory: String) throws -> [String: Data] {
      let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      return try Dictionary(
        uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0)"))) })
    }

    private static func words(_ small: SmallRun, _ out: String, _ more: [String] = []) -> [String] {
      [
        "embed", "--model", small.output.path, "--data", small.path("train.tar"), "--shard-pairs", "6", "--out",
        small.path(out),
      ] + more
    }

    @Test func `workers under mpirun share the work, write the same bytes, and say it once`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try requireSuccess(diagonal(Self.words(small, "one")))
        let expected = try Self.contents(small.path("one"))
        #expect(expected.count == 4 * 5 + 2)
        for workers in [2, 3] {
          let out = "on-\(workers)"
          let result = try run(command: Workers.processes(workers).command(Self.words(small, out, ["--json"])))
          try requireSuccess(result)
          #expect(result.stdout.split(separator: "\n").count == 1, "\(result.stdout)")
          #expect(result.stdout.contains("\"embedded\":20"))
          #expect(result.stderr.components(separatedBy: "checkpoints/step-").count == 2, "\(result.stderr)")
          #expect(try Self.contents(small.path(out)) == expected)
        }
        let again = try diagonal(Self.words(small, "one", ["--json"]))
        try requireSuccess(again)
        #expect(again.stdout.contains("\"embedded\":0") && again.stdout.contains("\"pairs\":20"))
      }
    }

    @Test func `what was embedded otherwise is refused with exit 2 and one sentence`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try requireSuccess(diagonal(Self.words(small, "out")))
        for workers in [1, 2] {
          let start =
            workers == 1 ? [diagonalExecutable] : ["\(repository)/launch/local", "\(workers)", diagonalExecutable]
          let result = try run(command: start + Self.words(small, "out", ["--precision", "f16"]))
          expectRefusal(result, exit: 2, "was embedded with --precision f32, this would be f16", "--force")
        }
        let forced = try diagonal(Self.words(small, "out", ["--precision", "f16", "--force"]))
        try requireSuccess(forced)
        #expect(forced.stdout.hasSuffix("20 pairs × 16 in 4 shards, 20 of the pairs new\n"))
      }
    }

    @Test func `a worker that fails takes the others along, and the next call goes on`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        // Of the second shard, which is worker 1's.
        try small.write("pairs/p17.png", "no picture")
        try small.pack()
        let two = Workers.processes(2)
        let failed = try run(command: two.command(Self.words(small, "out", ["--set", "data.skip_limit=0"])))
        expectRefusal(failed, exit: 1, "1 of 20 pairs can't be used", "p17")
        #expect(!failed.timedOut)
        try requireSuccess(run(command: two.command(Self.words(small, "out"))))
        try requireSuccess(diagonal(Self.words(small, "one")))
        #expect(try Self.contents(small.path("out")) == Self.contents(small.path("one")))
      }
    }

    @Test func `stored rows are classified and measured as the pictures are`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let (model, data, out) = (small.output.path, small.path("train.tar"), small.path("out"))
        try requireSuccess(diagonal(Self.words(small, "out")))
        let fresh = try diagonal("eval", "retrieval", "--model", model, "--data", data)
        for more in [[], ["--model", model]] {
          let stored = try diagonal(["eval", "retrieval", "--stored", out] + more)
          try requireSuccess(stored)
          #expect(stored.stdout == fresh.stdout)
        }
        let labels = ["classify", "--model", model, "--labels", "a,b,c", "--top", "2"]
        let files = try diagonal(labels + [small.path("pairs")])
        try requireSuccess(files)
        let answers = files.stdout.split(separator: "\n").map { $0.split(separator: ": ")[1] }
        #expect(answers.count == 20 && answers.allSatisfy { $0.split(separator: ",").count == 2 })
        let stored = try diagonal(labels + ["--stored", out])
        try requireSuccess(stored)
        let keys = stored.stdout.split(separator: "\n")
        #expect(keys.map { $0.split(separator: ": ")[1] } == answers && keys[0].hasPrefix("p10: "))
        expectRefusal(try diagonal(labels), exit: 2, "expected pictures, or --stored DIR")
      }
    }

    @Test func `pictures come from globs and from standard input, each answered`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try small.write("templates.txt", "a {}\nthe {}\n")
        let words = [
          "classify", "--model", small.output.path, "--labels", "a,b", "--templates", small.path("templates.txt"),
        ]
        let globbed = try diagonal(words + [small.path("pairs/p1*.png")])
        try requireSuccess(globbed)
        #expect(globbed.stdout.split(separator: "\n").count == 10)
        let piped = try bash(
          #"ls "$1"/pairs/p1*.png "$1"/gone.png 2>/dev/null | "${@:2}""#,
          [small.directory, diagonalExecutable] + words + ["-"])
        try requireSuccess(piped)
        #expect(piped.stdout == globbed.stdout)
        let gone = try diagonal(words + [small.path("pairs/p10.png"), small.path("gone.png")])
        #expect(gone.status == 1 && gone.stderr.contains("gone.png") && gone.stdout.contains("p10.png: "))
      }
    }

    @Test func `paths on standard input may be any bytes, and are shown so`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let words = ["classify", "--model", small.output.path, "--labels", "a,b", "-"]
        let result = try bash(
          #"cp "$1"/pairs/p10.png "$1"/$'caf\xe9.png'; printf '%s\r\n%s' "$1"/$'caf\xe9.png' "$1"/$'no\xe9.png' | "${@:2}""#,
          [small.directory, diagonalExecutable] + words)
        #expect(result.status == 1 && result.stdout.contains(#"caf\xE9.png: "#), "\(result.stdout)")
        #expect(result.stderr.contains(#"no\xE9.png"#), "\(result.stderr)")
      }
    }

    @Test func `workers that hold different models are told so`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        for (rank, step) in [2, 4].enumerated() {
          try FileManager.default.copyItem(atPath: small.output.checkpoint(step), toPath: small.path("model-\(rank)"))
        }
        let script = #"exec "$0" embed --model "$1/model-$OMPI_COMM_WORLD_RANK" --data "$1/train.tar" --out "$1/out""#
        let result = try run(
          command: ["\(repository)/launch/local", "2", "bash", "-c", script, diagonalExecutable, small.directory])
        expectRefusal(result, exit: 2, "worker 1 has another model than worker 0")
      }
    }

    @Test func `a file that was damaged is found by --verify, a picture beside a table that changed without it`() throws
    {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try small.write("pairs.csv", "filepath,title\n" + (10..<30).map { "pairs/p\($0).png,no. \($0)\n" }.joined())
        let words = [
          "embed", "--model", small.output.path, "--data", small.path("pairs.csv"), "--out", small.path("out"),
        ]
        try requireSuccess(diagonal(words))
        try requireSuccess(diagonal(words + ["--verify"]))
        let rows = small.path("out/images-00000.npy")
        let whole = try Data(contentsOf: URL(fileURLWithPath: rows))
        var damaged = whole
        damaged[whole.count - 1] ^= 1
        try damaged.write(to: URL(fileURLWithPath: rows))
        try requireSuccess(diagonal(words))
        expectRefusal(try diagonal(words + ["--verify"]), exit: 1, "images-00000.npy isn't what its manifest tells of")
        try whole.write(to: URL(fileURLWithPath: rows))
        try FileManager.default.removeItem(atPath: small.path("pairs/p12.png"))
        try FileManager.default.copyItem(atPath: Golden.path("pictures/gray.jpg"), toPath: small.path("pairs/p12.png"))
        expectRefusal(try diagonal(words), exit: 2, "under the name pairs.csv, which was changed since")
      }
    }

    @Test func `what has no row can't be indexed`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        for number in 10..<30 { try small.write("pairs/p\(number).png", "no picture") }
        try small.pack()
        let lost = try diagonal(Self.words(small, "out", ["--set", "data.skip_limit=1"]))
        #expect(lost.status == 1, "\(lost.stderr)")
        expectRefusal(
          try diagonal("index", small.path("out"), "--out", small.path("index")), exit: 1, "has no rows")
      }
    }

    @Test func `a command that is one process's work says so under mpirun, once`() throws {
      try SmallRun.make { small in
        let words = ["classify", "--model", small.output.path, "--labels", "a,b", small.path("pairs")]
        let result = try run(command: Workers.processes(2).command(words))
        #expect(result.status == 2, "\(result.stderr)")
        #expect(
          result.stderr.components(separatedBy: "classify is the work of one process, and 2 were started").count == 2,
          "\(result.stderr)")
      }
    }

    /// Pictures of the model's own side: the crop that training makes where nothing is varied is then evaluation's.
    private static let still = ["data.augmentation.crop_scale=[1, 1]", "data.augmentation.crop_ratio=[1, 1]"]

    @Test(arguments: ["image", "text"])
    func `training on stored features comes to the bytes of training with the locked tower`(_ tower: String) throws {
      try SmallRun.make { small in
        try small.packDistinctPictures()
        try requireSuccess(small.train())
        try requireSuccess(diagonal(Self.words(small, "stored", ["--tower", tower == "image" ? "both" : "text"])))
        let settings = ["model.from=\(small.output.checkpoint(4))", "model.lock_\(tower)=true", "seed=3"] + Self.still
        let towers = RunOutput(small.path("towers"))
        try requireSuccess(small.train(["--out", towers.path], settings: settings))
        let stored = settings + ["data.features=\(small.path("stored"))"]
        for (number, workers) in [Workers.simulated(1), .simulated(2), .processes(2)].enumerated() {
          let features = RunOutput(small.path("features-\(number)"))
          try requireSuccess(small.train(["--out", features.path], settings: stored, workers: workers))
          let (found, expected) = (try features.files(4), try towers.files(4))
          for name in expected.keys where name.hasSuffix(".safetensors") {
            #expect(found[name] == expected[name], "\(name)")
          }
          #expect(try features.metrics().map { $0["loss"] } == towers.metrics().map { $0["loss"] })
        }
      }
    }

    @Test func `features that can't stand for a tower are refused by name`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try requireSuccess(diagonal(Self.words(small, "stored")))
        let own = ["model.from=\(small.output.checkpoint(4))", "data.features=\(small.path("stored"))"]
        let locked = own + ["model.lock_image=true"]
        func refuse(_ settings: [String], _ words: String...) throws {
          let result = try small.train(["--out", small.path("new")], settings: settings)
          #expect(result.status == 2, "\(result.stderr)")
          for word in words { #expect(result.stderr.contains(word), "\(result.stderr)") }
        }
        try refuse(own, "no tower of these is locked whole")
        try refuse(
          own + Self.still + ["model.lock_image=true", "model.unlocked_image_groups=1"], "--before-projection")
        try refuse(locked, "data.augmentation.crop_scale varies pictures")
        try refuse(locked + Self.still + ["data.augmentation.flip_probability=0.5"], "flip_probability")
        try refuse(
          ["data.features=\(small.path("stored"))", "model.lock_image=true"] + Self.still,
          "model.from or model.image_from")
        let other = ["model.from=\(small.output.checkpoint(2))", "data.features=\(small.path("stored"))"]
        try refuse(other + Self.still + ["model.lock_image=true"], "was embedded by another model")
        // A picture that isn't the one that was embedded.
        try FileManager.default.copyItem(atPath: Golden.path("pictures/rgb.jpg"), toPath: small.path("pairs/p10.jpg"))
        try FileManager.default.removeItem(atPath: small.path("pairs/p10.png"))
        try small.pack()
        let changed = try small.train(["--out", small.path("new")], settings: locked + Self.still)
        #expect(changed.status != 0 && changed.stderr.contains("no row of the picture of p10"), "\(changed.stderr)")
      }
    }
  }
}

extension SmallRun {
  /// Twenty pictures that differ, as large as the model takes them.
  func packDistinctPictures() throws {
    for number in 10..<30 {
      let pixels = (0..<32 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 * number ^ $0 / 96 * 7) }
      let bytes = try Picture(width: 32, height: 32, pixels: pixels).encoded(as: ".png")
      try Data(bytes).write(to: URL(fileURLWithPath: path("pairs/p\(number).png")))
    }
    try pack()
  }
}
