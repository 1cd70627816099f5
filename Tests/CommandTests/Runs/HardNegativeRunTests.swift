import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Runs whose pairs come with captions that are wrong of them.
  struct HardNegativeRunTests {
    /// A pair has as many as its number leaves divided by four.
    private func write(_ small: SmallRun) throws {
      for number in 10..<30 {
        let wrong = (0..<number % 4).map { #""not \#(number + $0)""# }.joined(separator: ",")
        try small.write("pairs/p\(number).json", #"{"hard_negatives":[\#(wrong)]}"#)
      }
      try small.packDistinctPictures()
    }

    @Test func `on any number of workers, and resumed, a run is the same`() throws {
      try SmallRun.make { small in
        try write(small)
        try small.expectSameBytes(["loss.hard_negatives=2"])
        try small.expectSameBytesOverProcesses(["loss.hard_negatives=2"])
      }
    }

    @Test func `what pairs lack is counted and said, and makes a difference`() throws {
      try SmallRun.make { small in
        try write(small)
        let result = try small.train(settings: ["loss.hard_negatives=2"])
        try requireSuccess(result)
        // Of every four pairs one has none, one has one.
        #expect(
          result.stderr.contains(
            "of 20 pairs 5 have no text in “hard_negatives” and 5 fewer than loss.hard_negatives 2"))
        let given = try small.output.metrics().compactMap { $0["hard_negatives"] }
        #expect(given.count == 4 && given.allSatisfy { $0 > 0 && $0 < 2 })
        let plain = RunOutput(small.path("plain"))
        try requireSuccess(small.train(["--out", plain.path]))
        #expect(try plain.files(4) != small.output.files(4))
        #expect(try plain.metrics().allSatisfy { $0["hard_negatives"] == .infinity })
      }
    }

    @Test func `a field that nothing reads is said`() throws {
      try SmallRun.make { small in
        let result = try small.train(settings: ["data.hard_negatives=wrong"])
        try requireSuccess(result)
        #expect(result.stderr.contains("data.hard_negatives names “wrong”, which nothing reads"))
      }
    }

    @Test func `what doesn't fit is refused`() throws {
      try SmallRun.make { small in
        let wanted = "loss.hard_negatives=2"
        expectRefusal(
          try small.train(settings: [wanted]), exit: 2, "none of 20 pairs has a text in “hard_negatives”",
          "data.hard_negatives")
        let two = try small.train(settings: [wanted], workers: .processes(2))
        expectRefusal(two, exit: 2, "none of 20 pairs has a text in “hard_negatives”")
        #expect(two.stderr.components(separatedBy: "none of 20 pairs").count == 2, "said by one worker: \(two.stderr)")
        try write(small)
        expectRefusal(
          try small.train(settings: [wanted, "data.hard_negatives=wrong"]), exit: 2, "“wrong”")
        let supervised = [
          "data.hard_negatives=wrong", "objective=supervised", "data.classes=c.txt", "data.tokenizer=null",
        ]
        expectRefusal(try small.train(settings: supervised), exit: 2, "data.hard_negatives", "supervised")
        expectRefusal(try small.train(settings: [wanted, "loss.negatives=3"]), exit: 2, "loss.negatives")
        for kind in ["sigmoid", "global_contrastive"] {
          expectRefusal(
            try small.train(settings: [wanted, "loss.kind=\(kind)"]), exit: 2, "loss.kind \(kind)",
            "softmax and decoupled")
        }
        expectRefusal(try small.train(settings: [wanted, "data.features=somewhere"]), exit: 2, "data.features")
        expectRefusal(
          try small.train(settings: [wanted, "objective=supervised", "data.classes=c.txt", "data.tokenizer=null"]),
          exit: 2, "loss.hard_negatives", "supervised")
        expectRefusal(try small.train(settings: ["loss.hard_negatives=0"]), exit: 2, "loss.hard_negatives")
      }
    }
  }
}

extension SmallRun {
  /// Trains once more over MPI, and expects the last checkpoint that is there.
  fileprivate func expectSameBytesOverProcesses(_ settings: [String]) throws {
    let settings = settings + ["schedule.steps=4", "checkpoint.every=2"]
    let over = RunOutput(path("processes"))
    try requireSuccess(train(["--out", over.path], settings: settings, workers: .processes(2)))
    #expect(try over.files(4) == output.files(4))
  }
}
