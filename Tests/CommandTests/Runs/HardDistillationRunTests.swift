import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Supervised runs of a DeiT, whose second head learns a teacher's classes.
  struct HardDistillationRunTests {
    private static let deit = SmallRun.model.replacing(
      "\"patch_size\": 16}", with: "\"patch_size\": 16, \"distillation_token\": true}")
    private static let joining = deit.replacing("token\": true", with: "token\": true, \"joins_tokens\": true")
    private static let long = ["schedule.steps=40", "checkpoint.every=40", "optimizer.learning_rate=3e-3"]

    /// A run with the settings of a supervised one and a trained teacher's checkpoint.
    private func make(_ body: (SmallRun, _ settings: [String], _ teacher: String) throws -> Void) throws {
      try SupervisedRunTests.make { small, settings in
        let teacher = RunOutput(small.path("teacher"))
        try requireSuccess(small.train(["--out", teacher.path], settings: settings + Self.long))
        try small.write("model.json", Self.deit)
        try body(small, settings, teacher.checkpoint(40))
      }
    }

    @Test func `a run with a teacher's classes has the same bytes on two workers and resumed`() throws {
      try make { small, settings, teacher in
        try small.expectSameBytes(settings + ["distillation.teacher=\(teacher)"])
        let head = try tensors(small.output.checkpoint(4)) { $0 == "head.weight" }
        #expect(head["head.weight"]?.count == 2 * 16)
        // The second head's gradient is the teacher's.
        let alone = RunOutput(small.path("alone"))
        try requireSuccess(small.train(["--out", alone.path], settings: settings))
        #expect(try tensors(alone.checkpoint(4)) { $0 == "head.weight" } != head)
      }
    }

    @Test func `both heads are asked, and the model's files say how it was trained`() throws {
      try make { small, settings, teacher in
        let evaluation =
          "evaluation=[{name: own, kind: zero-shot, data: \(small.path("train.tar")), "
          + "classes: \(small.path("classes.txt"))}]"
        let trained = try small.train(settings: settings + Self.long + ["distillation.teacher=\(teacher)", evaluation])
        try requireSuccess(trained)
        #expect(trained.stderr.contains("own: macro 100.0 %, top1 100.0 %"), "\(trained.stderr)")
        let model = small.output.checkpoint(40)
        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(model)/\(name)", encoding: .utf8) }
        #expect(try text("open_clip_config.json").contains("joins_tokens"))
        #expect(try text("README.md").contains("half of it with a teacher's classes"))
        let asked = try diagonal(
          "classify", "--model", model, "--classes", "\(model)/classes.json", small.path("pairs/p10.png"))
        try requireSuccess(asked)
        #expect(asked.stdout.contains("a lemon"))
        // Without a teacher its heads go on as one.
        let tuned = settings + ["model.from=\(model)", "schedule.steps=1"]
        try small.write("model.json", Self.joining)
        try requireSuccess(small.train(["--out", small.path("tuned")], settings: tuned))
        let plan = try diagonal(
          ["plan"] + small.arguments(settings: settings + ["distillation.teacher=\(teacher)"]).dropFirst().dropLast(2))
        try requireSuccess(plan)
        #expect(plan.stdout.contains("distillation's teacher"))
      }
    }

    @Test func `a teacher that doesn't suit, and what has no meaning with one, are refused`() throws {
      try make { small, settings, teacher in
        let hard = settings + ["distillation.teacher=\(teacher)"]
        try small.write("other.txt", "a kiwi\na lemon\n")
        expectRefusal(
          try small.train(settings: hard + ["data.classes=\(small.path("other.txt"))"]), teacher,
          "has “a lemon” as class 0, the run “a kiwi”", "same data.classes")
        try small.write("more.txt", "a lemon\na kiwi\na plum\n")
        expectRefusal(
          try small.train(settings: hard + ["data.classes=\(small.path("more.txt"))"]), "has 2 classes, the run 3")
        expectRefusal(
          try small.train(settings: hard + ["distillation.weight=0.5"]), exit: 2, "distillation.weight is 0.5", "half")
        try small.write("model.json", Self.deit.replacing("\"image_size\": 32", with: "\"image_size\": 48"))
        expectRefusal(try small.train(settings: hard), "vision_cfg.image_size is 32", "the model's 48")
        try small.write("model.json", SmallRun.model)
        expectRefusal(try small.train(settings: hard), exit: 2, "distillation.teacher", "distillation_token")
      }
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try small.write("classes.txt", "a lemon\na kiwi\n")
        let teacher = "distillation.teacher=\(small.output.checkpoint(4))"
        try small.write("model.json", Self.deit)
        let supervised = [
          "objective=supervised", "data.classes=\(small.path("classes.txt"))", "data.tokenizer=null", teacher,
        ]
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: supervised), "tells no classes apart",
          "objective: supervised")
        try small.write("model.json", Self.joining)
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: [teacher]), exit: 2, "distillation.teacher",
          "joins_tokens")
      }
    }
  }
}
