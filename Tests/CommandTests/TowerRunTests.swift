import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Locked towers, the average, teachers and towers from elsewhere, through the command.
  struct TowerRunTests {
    /// The bytes of every file of a checkpoint, those of its average among them.
    private func files(_ checkpoint: String) throws -> [String: Data] {
      var files: [String: Data] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: checkpoint) {
        let path = "\(checkpoint)/\(name)"
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        if !isDirectory.boolValue { files[name] = try Data(contentsOf: URL(fileURLWithPath: path)) }
      }
      return files
    }

    /// Trains whole, on two workers, and in two parts; expects the same last checkpoint each time.
    private func expectSameBytes(_ small: SmallRun, _ settings: [String]) throws {
      try requireSuccess(small.train(settings: settings))
      let whole = try files(small.output.checkpoint(4))
      let two = RunOutput(small.path("two"))
      try requireSuccess(small.train(["--out", two.path], settings: settings, workers: .simulated(2)))
      #expect(try files(two.checkpoint(4)) == whole)
      try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
      let resumed = try small.train(settings: settings, workers: .simulated(4))
      try requireSuccess(resumed)
      #expect(resumed.stderr.contains("from step 2"))
      #expect(try files(small.output.checkpoint(4)) == whole)
    }

    @Test func `an average is saved as a model, the same for any workers, and goes on where it stopped`() throws {
      try SmallRun.make { small in
        try expectSameBytes(small, ["ema.decay=0.9"])
        let average = "\(small.output.checkpoint(4))/ema"
        let names = try FileManager.default.contentsOfDirectory(atPath: average).sorted()
        #expect(names == ["bpe_vocabulary.txt.gz", "open_clip_config.json", "open_clip_model.safetensors"])
        try requireSuccess(
          diagonal("eval", "retrieval", "--model", average, "--data", small.path("train.tar"), "--json"))
        let files = try files(small.output.checkpoint(4))
        #expect(files["open_clip_model.safetensors"] != files["ema/open_clip_model.safetensors"])
        // Its files are among those that the checksums cover.
        let damaged = "\(average)/open_clip_config.json"
        try Data("{}".utf8).write(to: URL(fileURLWithPath: damaged))
        expectRefusal(try small.train(["--resume", small.output.checkpoint(4)]), "ema/open_clip_config.json")
      }
    }

    @Test func `a locked run is the same for any workers and resumes, but not under other locks`() throws {
      try SmallRun.make { small in
        let settings = ["model.lock_image=true", "model.unlocked_image_groups=1"]
        try expectSameBytes(small, settings)
        expectRefusal(
          try small.train(settings: ["model.lock_image=true", "schedule.steps=6"]),
          "model.unlocked_image_groups is 1 there, 0 here")
        expectRefusal(
          try small.train(settings: ["schedule.steps=6"]), "model.unlocked_image_groups is 1 there, all here")
      }
    }

    @Test func `locked-image tuning keeps the image encoder that it was given`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let source = small.output.checkpoint(4)
        let tuned = RunOutput(small.path("tuned"))
        let settings = ["model.image_from=\(source)", "model.lock_image=true", "seed=3"]
        try requireSuccess(small.train(["--out", tuned.path], settings: settings))
        #expect(
          try tensors(tuned.checkpoint(4)) { $0.hasPrefix("visual.") } == tensors(source) { $0.hasPrefix("visual.") })
        #expect(
          try tensors(tuned.checkpoint(4)) { $0 == "text_projection" } != tensors(source) { $0 == "text_projection" })
        try small.write(
          "model.json",
          SmallRun.model.replacing(
            "\"layers\": 1, \"width\": 64, \"head_width\"", with: "\"layers\": 2, \"width\": 64, \"head_width\""))
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: settings), "the image encoder in \(source)",
          "lacks visual.transformer.resblocks.1.")
      }
    }

    @Test func `a teacher's run is the same for any workers, and a teacher that doesn't suit is refused`() throws {
      try SmallRun.make { small in
        let teacher = RunOutput(small.path("teacher"))
        try requireSuccess(small.train(["--out", teacher.path], settings: ["seed=9"]))
        let settings = ["distillation.teacher=\(teacher.checkpoint(4))", "distillation.weight=0.5"]
        try expectSameBytes(small, settings)
        try small.write("model.json", SmallRun.model.replacing("\"embed_dim\": 16", with: "\"embed_dim\": 32"))
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: settings), "the teacher's embed_dim is 16",
          "the model's 32")
      }
    }

    private func tensors(_ checkpoint: String, where chosen: (String) -> Bool) throws -> [String: [Float]] {
      let golden = try Golden(file: "\(checkpoint)/open_clip_model.safetensors")
      return Dictionary(
        uniqueKeysWithValues: try golden.names.filter(chosen).map { ($0, try golden.floats($0)) })
    }
  }
}
