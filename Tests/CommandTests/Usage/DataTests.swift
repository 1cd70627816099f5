import Foundation
import TestSupport
import Testing

extension CommandTests {
  struct DataTests {
    private func object(_ result: ProcessResult) throws -> [String: Any] {
      #expect(result.stdout.split(separator: "\n").count == 1)
      return try #require(JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
    }

    @Test func `a check says what is there, and fails where more is lost than may be`() throws {
      try SmallRun.make { small in
        let tar = small.path("train.tar")
        let whole = try diagonal("data", "check", tar)
        try requireSuccess(whole)
        #expect(whole.stdout.contains("20 can be used, 0 are lost"))
        try small.write("pairs/p12.png", "hello")
        try small.pack()
        let flawed = try diagonal("data", "check", tar, "--json")
        #expect(flawed.status == 1)
        let report = try object(flawed)
        #expect(report["pairs"] as? Int == 19 && report["lost"] as? Int == 1)
        try requireSuccess(diagonal("data", "check", tar, "--most-flawed", "0.05"))
        expectRefusal(try diagonal("data", "check", tar, "--set", "data.csv.imgae=x"), exit: 2, "data.csv.image")
      }
    }

    @Test func `a pack goes on, is replaced by force alone, and is trained on`() throws {
      try SmallRun.make { small in
        let (tar, out) = (small.path("train.tar"), small.path("packed"))
        let packed = try object(diagonal("data", "pack", tar, "--out", out, "--shard-pairs", "8", "--json"))
        let summary = try #require(packed["packed"] as? [String: Any])
        #expect(summary["pairs"] as? Int == 20 && summary["shards"] as? Int == 3)
        let again = try diagonal("data", "pack", tar, "--out", out, "--shard-pairs", "8")
        #expect(again.status == 0 && again.stdout.contains("3 of them there before"))
        let other = try diagonal("data", "pack", tar, "--out", out)
        expectRefusal(other, exit: 2, "other options", "--force")
        try requireSuccess(diagonal("data", "pack", tar, "--out", out, "--force"))
        expectRefusal(try diagonal("data", "pack", tar, "--out", small.path("pairs")), exit: 2, "choose another --out")
        try requireSuccess(small.train(settings: ["data.train=\(out)"]))
      }
    }

    @Test func `an unknown language is refused by name`() throws {
      let result = try diagonal("data", "emoji", "--out", "/nowhere", "--language", "chinese")
      expectRefusal(result, exit: 2, "chinese", "zh (Chinese)")
    }
  }
}
