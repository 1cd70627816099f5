import Foundation
import Pairs
import TestSupport
import Testing

extension CommandTests {
  /// Runs that learn classes in the place of captions.
  struct SupervisedRunTests {
    /// 10 pictures of each of two classes, named, and by number where even; no captions.
    static func make(_ body: (SmallRun, _ settings: [String]) throws -> Void) throws {
      try SmallRun.make { small in
        for number in 10..<30 {
          try FileManager.default.removeItem(atPath: small.path("pairs/p\(number).txt"))
          let (isKiwi, isNumber) = (number >= 20, number % 2 == 0)
          // Of one colour a class.
          let shade: [UInt8] = isKiwi ? [20, 160, 40] : [250, 220, 20]
          let png = try encode(
            Array(repeating: shade, count: 32 * 32).flatMap { $0 }, width: 32, height: 32, .rgb, as: ".png")
          try Data(png).write(to: URL(fileURLWithPath: small.path("pairs/p\(number).png")))
          try small.write("pairs/p\(number).cls", isNumber ? (isKiwi ? "1" : "0") : isKiwi ? "a kiwi" : "a lemon")
        }
        try small.pack()
        try small.write("classes.txt", "a lemon\na kiwi\n")
        try body(small, ["objective=supervised", "data.classes=\(small.path("classes.txt"))", "data.tokenizer=null"])
      }
    }

    @Test func `a supervised run has the same bytes on two workers and resumed`() throws {
      try Self.make { small, settings in try small.expectSameBytes(settings) }
    }

    /// Its pictures are of one colour a class, so it tells them apart, and names and numbers are the same classes.
    @Test func `its model is evaluated and asked by the classes it learned`() throws {
      try Self.make { small, settings in
        let evaluation =
          "evaluation=[{name: own, kind: zero-shot, data: \(small.path("train.tar")), "
          + "classes: \(small.path("classes.txt"))}]"
        let trained = try small.train(
          settings: settings + [evaluation, "schedule.steps=40", "checkpoint.every=40", "optimizer.learning_rate=3e-3"])
        try requireSuccess(trained)
        #expect(trained.stderr.contains("own: macro 100.0 %, top1 100.0 %"), "\(trained.stderr)")
        let metrics = try small.output.metrics()
        #expect(metrics.allSatisfy { $0["text_to_image_top1"] == .infinity && $0["duplicates"] == 0 })
        let model = small.output.checkpoint(40)
        #expect(try String(contentsOfFile: "\(model)/README.md", encoding: .utf8).contains("told apart by 2 classes"))
        let picture = small.path("pairs/p10.png")
        let asked = try run(
          command: [
            diagonalExecutable, "classify", "--model", model, "--classes", "\(model)/classes.json", "--json", picture,
          ])
        try requireSuccess(asked)
        #expect(asked.stdout.contains("a lemon") && asked.stdout.contains("a kiwi"))
        expectRefusal(
          try run(command: [diagonalExecutable, "classify", "--model", model, "--labels", "plum", picture]),
          "“plum” is none of the 2 classes", "a lemon, a kiwi")
        expectRefusal(
          try run(
            command: [diagonalExecutable, "eval", "retrieval", "--model", model, "--data", small.path("train.tar")]),
          "picture")
      }
    }

    @Test func `a picture of another class, or of none, is named and left out`() throws {
      try Self.make { small, settings in
        try small.write("pairs/p11.cls", "a plum")
        try FileManager.default.removeItem(atPath: small.path("pairs/p12.cls"))
        try small.pack()
        try requireSuccess(try small.train(settings: settings + ["schedule.epochs=2", "schedule.steps=null"]))
        let skipped = try String(contentsOfFile: small.output.path + "/skipped.jsonl", encoding: .utf8)
        #expect(skipped.contains("its label “a plum” is none of the classes"))
        #expect(skipped.contains("it has no “label”, nor a .cls"))
      }
    }

    @Test func `what means nothing to the objective is refused`() throws {
      try Self.make { small, settings in
        expectRefusal(try small.train(settings: Array(settings.prefix(2))), exit: 2, "data.tokenizer", "supervised")
        expectRefusal(try small.train(settings: settings + ["loss.kind=sigmoid"]), exit: 2, "loss.kind", "supervised")
        expectRefusal(
          try small.train(settings: ["objective=supervised", "data.tokenizer=null"]), exit: 2, "data.classes is not set"
        )
        expectRefusal(try small.train(settings: [settings[1]]), exit: 2, "data.classes", "unless objective")
        expectRefusal(
          try small.train(
            settings: settings + ["evaluation=[{name: r, kind: retrieval, data: \(small.path("train.tar"))}]"]),
          exit: 2,
          "evaluation", "retrieval", "supervised")
      }
    }
  }
}
