import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Supervised runs whose pictures are embedded already.
  struct SupervisedFeaturesTests {
    @Test func `a head that learns from stored pictures has the bytes of one with the encoder present`() throws {
      try SmallRun.make { small in
        for number in 10..<30 { try small.write("pairs/p\(number).cls", "\(number % 2)") }
        try small.packDistinctPictures()
        try requireSuccess(small.train())
        let (model, stored) = (small.path("base"), small.path("stored"))
        try FileManager.default.copyItem(atPath: small.output.checkpoint(4), toPath: model)
        try requireSuccess(
          diagonal("embed", "--model", model, "--data", small.path("train.tar"), "--out", stored))
        try small.write("classes.txt", "even\nodd\n")
        let settings = [
          "objective=supervised", "data.classes=\(small.path("classes.txt"))", "data.tokenizer=null", "seed=3",
          "model.image_from=\(model)", "data.augmentation.crop_scale=[1, 1]", "data.augmentation.crop_ratio=[1, 1]",
        ]
        let locked = settings + ["model.lock_image=true"]
        let (present, other) = (RunOutput(small.path("present")), RunOutput(small.path("other")))
        try requireSuccess(small.train(["--out", present.path], settings: locked))
        for workers in [Workers.simulated(1), .simulated(4), .processes(2)] {
          let known = RunOutput(small.path("known-\(workers.count)"))
          try requireSuccess(
            small.train(["--out", known.path], settings: locked + ["data.features=\(stored)"], workers: workers))
          let (found, expected) = (try known.files(4), try present.files(4))
          for name in expected.keys where name.hasSuffix(".safetensors") {
            #expect(found[name] == expected[name], "\(name)")
          }
          #expect(try known.metrics().map { $0["loss"] } == present.metrics().map { $0["loss"] })
        }
        // Of the stored texts, whose encoder such a run doesn't have, nothing is taken.
        expectRefusal(
          try small.train(["--out", other.path], settings: settings + ["data.features=\(stored)"]), exit: 2,
          "data.features", "model.lock_image")
      }
    }
  }
}
