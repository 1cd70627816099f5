import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// What a resumed run may change, and what is said and recorded of it.
  struct ResumeTests {
    /// A run whose last checkpoint is gone, so that it goes on from step 2.
    private func stopped(_ body: (SmallRun) throws -> Void) throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
        try body(small)
      }
    }

    private func history(_ small: SmallRun) throws -> [[String: Any]] {
      try small.output.lines("history.jsonl").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
    }

    @Test func `a key that may change is said, and recorded with its step and both values`() throws {
      try stopped { small in
        let settings = ["optimizer.learning_rate=1e-4", "schedule.warmup=0.1", "log.every=2"]
        let result = try small.train(settings: settings, workers: .simulated(2))
        try requireSuccess(result)
        #expect(
          result.stderr.contains(
            "changed from step 2 on, as history.jsonl records: optimizer.learning_rate 0.0001 (was 0.0005), "
              + "schedule.warmup 0.1 (was 0.05)\n"), "\(result.stderr)")
        let launches = try history(small)
        #expect(launches.map { $0["step"] as? Int } == [0, 2])
        #expect(launches.map { $0["workers"] as? Int } == [1, 2])
        let changed = launches[1]["changed"] as? [[String: String]]
        #expect(
          changed == [
            ["key": "optimizer.learning_rate", "before": "0.0005", "now": "0.0001"],
            ["key": "schedule.warmup", "before": "0.05", "now": "0.1"],
          ])
        #expect((launches[1]["command"] as? [String])?.contains("optimizer.learning_rate=1e-4") ?? false)
        let version = try diagonal("--version")
        #expect(version.status == 0)
        #expect(launches[0]["version"] as? String == version.stdout.trimmingCharacters(in: .newlines))
        let hosts = launches[0]["hosts"] as? [[String: Any]]
        #expect(hosts?.count == 1 && hosts?[0]["workers"] as? Int == 1)
        // The same again has nothing to say.
        try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
        let again = try small.train(settings: settings)
        try requireSuccess(again)
        #expect(!again.stderr.contains("changed from"))
      }
    }

    @Test(arguments: [
      ("loss.kind=global_contrastive", "loss.kind is softmax there, global_contrastive here"),
      ("data.csv.quotes=false", "data.csv.quotes is true there, false here"),
      ("precision=bf16", "precision is f32 there, bf16 here"),
    ])
    func `a fixed key is refused with both values`(_ setting: String, _ words: String) throws {
      try stopped { small in
        let before = try small.output.lines("run.yaml")
        expectRefusal(
          try small.train(settings: [setting], workers: .processes(2)), exit: 2, "is of another run", words,
          "another --out")
        #expect(try small.output.lines("run.yaml") == before)
        #expect(try history(small).count == 1)
      }
    }

    @Test func `data of equal count and size that say something else are refused`() throws {
      try stopped { small in
        try small.write("pairs/p10.txt", "picture number !!")
        try small.pack()
        expectRefusal(try small.train(), "is of another run", "the training data's digest")
      }
    }

    @Test func `files that are moved stay what they are`() throws {
      try stopped { small in
        for name in ["model.json", "train.tar"] {
          try FileManager.default.createDirectory(atPath: small.path("moved"), withIntermediateDirectories: true)
          try FileManager.default.moveItem(atPath: small.path(name), toPath: small.path("moved/\(name)"))
        }
        let result = try small.train(
          settings: ["model.config=\(small.path("moved/model.json"))", "data.train=\(small.path("moved/train.tar"))"])
        try requireSuccess(result)
        #expect(result.stderr.contains("data.train [\(small.path("moved/train.tar"))] (was ["), "\(result.stderr)")
      }
    }

    @Test(arguments: [[], ["optimizer.learning_rate=1e-4"]])
    func `a finished run is left alone`(_ settings: [String]) throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        func files() throws -> [String: Date?] {
          let names = try FileManager.default.subpathsOfDirectory(atPath: small.output.path)
          return Dictionary(
            uniqueKeysWithValues: try names.map {
              let attributes = try FileManager.default.attributesOfItem(atPath: "\(small.output.path)/\($0)")
              return ($0, attributes[.modificationDate] as? Date)
            })
        }
        let before = try files()
        let result = try small.train(settings: settings, workers: .processes(2))
        try requireSuccess(result)
        #expect(result.stderr.contains("finished at step 4 (\(small.output.checkpoint(4)))"), "\(result.stderr)")
        #expect(
          result.stderr.contains("it was trained with optimizer.learning_rate 0.0005, not 0.0001") == !settings.isEmpty)
        #expect(try files() == before)
      }
    }

    @Test func `a run.yaml that can't be read is said and recorded`() throws {
      try stopped { small in
        try small.write("run/run.yaml", "optimizer: {learning_rat: 1}")
        let result = try small.train()
        try requireSuccess(result)
        #expect(result.stderr.contains("what the run was told before isn't known: optimizer.learning_rat is not a key"))
        #expect((try history(small)[1]["problem"] as? String)?.contains("learning_rat") ?? false)
      }
    }
  }
}
