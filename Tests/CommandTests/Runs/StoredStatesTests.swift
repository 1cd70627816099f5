import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Runs of which only projections and the scale learn, from states that are stored.
  struct StoredStatesTests {
    private static let still = ["data.augmentation.crop_scale=[1, 1]", "data.augmentation.crop_ratio=[1, 1]"]
    private static let projections = [
      "model.lock_image=true", "model.unlocked_image_groups=1", "model.lock_text=true", "model.unlocked_text_groups=1",
    ]

    /// A model that was trained, in a place of its own, and the states of twenty pairs by it.
    private func embedded(_ body: (SmallRun, _ model: String, _ states: String) throws -> Void) throws {
      try SmallRun.make { small in
        try small.packDistinctPictures()
        try requireSuccess(small.train())
        let (model, states) = (small.path("base"), small.path("states"))
        try FileManager.default.copyItem(atPath: small.output.checkpoint(4), toPath: model)
        try requireSuccess(
          diagonal(
            "embed", "--model", model, "--data", small.path("train.tar"), "--shard-pairs", "6", "--before-projection",
            "--out", states))
        try body(small, model, states)
      }
    }

    private func expectSame(_ found: RunOutput, as expected: RunOutput) throws {
      let (files, others) = (try found.files(4), try expected.files(4))
      for name in others.keys where name.hasSuffix(".safetensors") { #expect(files[name] == others[name], "\(name)") }
      #expect(try found.metrics().map { $0["loss"] } == expected.metrics().map { $0["loss"] })
    }

    @Test func `both towers stored come to the bytes of both towers present, after resume too`() throws {
      try embedded { small, model, states in
        let settings = ["model.from=\(model)", "seed=3"] + Self.still + Self.projections
        let towers = RunOutput(small.path("towers"))
        try requireSuccess(small.train(["--out", towers.path], settings: settings))
        let before = try tensors(model) { _ in true }
        let after = try tensors(towers.checkpoint(4)) { _ in true }
        let changed = Set(before.keys.filter { before[$0] != after[$0] })
        #expect(changed == ["visual.proj", "text_projection", "logit_scale"])

        let stored = settings + ["data.features=\(states)"]
        for (number, workers) in [Workers.simulated(1), .simulated(2), .simulated(4), .processes(2)].enumerated() {
          let features = RunOutput(small.path("features-\(number)"))
          try requireSuccess(small.train(["--out", features.path], settings: stored, workers: workers))
          try expectSame(features, as: towers)
        }
        // What the run began as isn't needed to go on, nor anything to see that it is done.
        let resumed = RunOutput(small.path("features-0"))
        try FileManager.default.removeItem(atPath: model)
        try FileManager.default.removeItem(atPath: resumed.checkpoint(4))
        let result = try small.train(["--out", resumed.path], settings: stored, workers: .simulated(2))
        try requireSuccess(result)
        #expect(result.stderr.contains("from step 2 "))
        try expectSame(resumed, as: towers)
        try FileManager.default.removeItem(atPath: states)
        let done = try small.train(["--out", resumed.path], settings: stored)
        #expect(done.status == 0 && done.stderr.contains("nothing is left to do"), "\(done.stderr)")
      }
    }

    @Test func `states serve a tower that is locked whole, and one of two`() throws {
      try embedded { small, model, states in
        let settings = ["model.from=\(model)", "model.lock_image=true", "seed=3"] + Self.still
        let (towers, features) = (RunOutput(small.path("towers")), RunOutput(small.path("features")))
        try requireSuccess(small.train(["--out", towers.path], settings: settings))
        try requireSuccess(
          small.train(
            ["--out", features.path], settings: settings + ["data.features=\(states)"], workers: .simulated(2)))
        try expectSame(features, as: towers)
      }
    }

    @Test func `states are no embeddings, and embeddings no states`() throws {
      try embedded { small, model, states in
        let data = small.path("train.tar")
        let search = try diagonal("search", "--in", states, "--model", model, "--text", "a")
        expectRefusal(search, exit: 2, "--before-projection", "data.features")
        expectRefusal(try diagonal("eval", "retrieval", "--stored", states), exit: 2, "--before-projection")
        expectRefusal(
          try diagonal("embed", "--model", model, "--data", data, "--shard-pairs", "6", "--out", states), exit: 2,
          "with --before-projection given, this would be left out")
        let embeddings = small.path("embeddings")
        try requireSuccess(diagonal("embed", "--model", model, "--data", data, "--out", embeddings))
        func refuse(_ features: String, _ more: [String], _ words: String) throws {
          let settings = ["model.from=\(model)", "data.features=\(features)"] + Self.still + Self.projections + more
          expectRefusal(try small.train(["--out", small.path("new")], settings: settings), exit: 2, words)
        }
        try refuse(embeddings, [], "embed with --before-projection")
        try refuse(states, ["data.picture_pixels=1000000"], "was embedded with data.picture_pixels 100000000")
        try refuse(states, ["distillation.teacher=\(model)"], "distillation.teacher looks at the pictures")
        try refuse(states, ["model.unlocked_image_groups=2", "model.unlocked_text_groups=2"], "is locked whole")
      }
    }
  }
}
