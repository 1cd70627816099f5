import Foundation
import TestSupport
import Testing

extension CommandTests {
  struct PlanTests {
    private static let rates = """
      {"product_flops": 1e11, "transformer": {"seconds_per_flop": 1e-11, "seconds_per_graph_byte": 1e-9},
       "convolution": {"seconds_per_flop": 1e-11, "seconds_per_graph_byte": 1e-9}, "update_seconds_per_parameter": 1e-9}
      """
    private static let wire = #"{"latency_seconds": 1e-6, "bytes_per_second": 1e9, "exposed_share": 0.5}"#

    private static func profile(wire: String? = wire) -> String {
      """
      {"workers": 2, "threads": 1, "f32": \(rates), "memory_bytes_per_second": 1e10, "loss_flops": 1e11
       \(wire.map { ", \"wire\": \($0)" } ?? "")}
      """
    }

    private func plan(_ small: SmallRun, _ options: String...) throws -> ProcessResult {
      let settings = ["model.config=\(small.path("model.json"))", "data.train=\(small.path("train.tar"))"]
      return try diagonal(["plan", small.path("run.yaml")] + settings.flatMap { ["--set", $0] } + options)
    }

    private func object(_ result: ProcessResult) throws -> [String: Any] {
      try requireSuccess(result)
      #expect(result.stdout.split(separator: "\n").count == 1)
      return try #require(JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
    }

    @Test func `without a profile a plan has memory and bytes, and says how to get seconds`() throws {
      try SmallRun.make { small in
        let text = try plan(small, "--workers", "2")
        try requireSuccess(text)
        #expect(text.stdout.contains("memory of a worker") && text.stdout.contains("on the wire in a step"))
        #expect(text.stdout.contains("diagonal bench machine --json > machine.json"))
        #expect(!text.stdout.contains("pairs a second"))

        let answer = try object(plan(small, "--workers", "2", "--json"))
        let row = try #require(answer["plan"] as? [String: Any])
        #expect(row["workers"] as? Int == 2 && row["seconds"] == nil && row["binds"] == nil)
        #expect((answer["table"] as? [Any])?.count == 4)
        #expect(answer["caption_tokens"] as? Int == 16, "no more than the model takes")
      }
    }

    @Test func `what is planned is what the run carries`() throws {
      try SmallRun.make { small in
        let answer = try object(plan(small, "--workers", "2", "--json"))
        let wire = try #require((answer["plan"] as? [String: Any])?["wire_bytes"] as? [String: Int])
        try requireSuccess(small.train(["--simulate", "2"]))
        let carried = try small.output.metrics().map { $0["wire_bytes"].map { Int($0) } }
        #expect(carried == Array(repeating: wire["total"], count: 4))
      }
    }

    @Test func `with a profile a plan has seconds and what binds`() throws {
      try SmallRun.make { small in
        try small.write("machine.json", Self.profile())
        let answer = try object(plan(small, "--workers", "4", "--machine", small.path("machine.json"), "--json"))
        let rows = try #require(answer["table"] as? [[String: Any]])
        #expect(rows.map { $0["workers"] as? Int } == [1, 2, 4, 8])
        let seconds = try #require((answer["plan"] as? [String: Any])?["seconds"] as? [String: Double])
        let parts = seconds.filter { $0.key != "total" }.values.reduce(0, +)
        #expect(abs(parts - (seconds["total"] ?? 0)) < 1e-9)
        let text = try plan(small, "--machine", small.path("machine.json"))
        #expect(text.stdout.contains("pairs a second") && text.stdout.contains("encoders"))
        #expect(!text.stdout.contains("bench machine"))
      }
    }

    @Test func `a profile that can't answer is refused`() throws {
      try SmallRun.make { small in
        let path = small.path("machine.json")
        expectRefusal(try plan(small, "--machine", path), "\(path) can't be read as a machine profile", "bench machine")
        try small.write("machine.json", "{\"workers\": 2}")
        expectRefusal(try plan(small, "--machine", path), "is missing")
        try small.write("machine.json", Self.profile(wire: nil))
        try requireSuccess(plan(small, "--machine", path))
        expectRefusal(
          try plan(small, "--machine", path, "--workers", "2"), "measured by one worker", "mpirun -np 2")
        try small.write("machine.json", Self.profile())
        expectRefusal(try plan(small, "--machine", path, "--set", "precision=bf16"), "no rates for bf16")
        expectRefusal(
          try plan(small, "--machine", path, "--set", "parallel.threads=2"), "with 1 threads a worker", "--threads 2")
      }
    }

    @Test func `a run that can't be is refused like training would`() throws {
      try SmallRun.make { small in
        expectRefusal(try plan(small, "--workers", "3"), "batch.size 8", "over 3 workers")
        expectRefusal(try plan(small, "--set", "sede=1"), exit: 2, "did you mean seed?")
        expectRefusal(try plan(small, "--set", "model.config=/nowhere.json"), "/nowhere.json")
        expectRefusal(try plan(small, "--caption-tokens", "17"), exit: 2, "--caption-tokens is 17", "is 16")
        expectRefusal(try plan(small, "--workers", "0"), exit: 2, "--workers is 0")
        expectRefusal(try plan(small, "--workers", "\(Int.max)"), exit: 2, "--workers is \(Int.max)")
        expectRefusal(try plan(small, "--weak", "--up-to", "\(Int.max)"), exit: 2, "--up-to is \(Int.max)")
        try requireSuccess(plan(small, "--weak", "--up-to", "1048576"))
        expectRefusal(try diagonal("plan", "/nowhere/run.yaml"), "/nowhere/run.yaml", "No such file")
      }
    }

    @Test func `a machine is measured on a power of two workers`() throws {
      expectRefusal(
        try run(command: Workers.processes(3).command(["bench", "machine"])), exit: 2,
        "on 1, 2, 4, 8, … workers, not on 3")
    }
  }
}
