import Files
import Foundation
import Reports
import Settings
import Sweeps
import Testing

/// A sweep of two batch sizes and two seeds, of which one cell isn't finished.
private struct FakeSweep {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("sweep-\(UUID().uuidString)").path
  let file: SweepFile

  init() throws {
    file = try SweepFile(yaml: "base: x\nvary: {batch.size: [16, 64]}\nseeds: 2\nmetrics: [test/top1, loss]")
    for (number, cell) in file.cells.enumerated() {
      let directory = "\(path)/\(cell.name)"
      try makeDirectories(directory)
      let last = number == 3 ? 2 : 4
      let rows = (1...last).map { #"{"step":\#($0),"samples":\#(16 * $0),"loss":\#(number + 1),"seconds":0.5}"# }
      try write(rows.joined(separator: "\n") + "\n", "\(directory)/metrics.jsonl")
      try write("schedule: {steps: 4}\n", "\(directory)/run.yaml")
      let row =
        #"{"intervals":{},"kind":"zero-shot","name":"test","numbers":{"top1":0.\#(number + 1)},"of":"current","pairs":9,"#
        + #""seconds":1,"skipped":0,"step":4,"time":1}"#
      try write(row + "\n", "\(directory)/evaluations.jsonl")
    }
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// A sweep whose cells were measured on the same 200 items: an item is right where it is easy enough for the cell.
private struct MeasuredSweep {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("sweep-\(UUID().uuidString)").path
  let file: SweepFile

  /// - Parameter counts: items of each cell.
  init(seeds: Int, counts: (Int) -> Int = { _ in 200 }) throws {
    file = try SweepFile(yaml: "base: x\nvary: {batch.size: [16, 64]}\nseeds: \(seeds)\nmetrics: [test/top1]")
    for (number, cell) in file.cells.enumerated() {
      let directory = "\(path)/\(cell.name)"
      try makeDirectories(directory)
      // Every third item is right everywhere, a tenth more with a batch of 64; seeds differ by a few.
      let better = cell.levels == ["64"]
      let items = (0..<counts(number)).map { item in
        item % 3 == 0 || better && item % 10 == 1 || item % 50 == Int(cell.seed) ? "1" : "0"
      }.joined()
      let share = Double(items.count { $0 == "1" }) / Double(items.count)
      let head = #"{"name":"test","step":4,"#
      try write(#"{"step":4,"samples":64,"loss":1,"seconds":0.5}"#, "\(directory)/metrics.jsonl")
      try write("schedule: {steps: 4}", "\(directory)/run.yaml")
      try write(
        head + #""intervals":{},"kind":"zero-shot","numbers":{"top1":\#(share)},"of":"current","pairs":200,"#
          + #""seconds":1,"skipped":0,"time":1}"#, "\(directory)/evaluations.jsonl")
      try write(head + #""items":{"top1":"\#(items)"}}"#, "\(directory)/evaluation_items.jsonl")
    }
  }

  private func write(_ text: String, _ path: String) throws {
    try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
  }
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct ItemBootstrapTests {
  @Test func `from five seeds on, seeds and items are drawn anew, and items are paired between cells`() throws {
    let sweep = try MeasuredSweep(seeds: 5)
    defer { sweep.remove() }
    let results = SweepResults(sweep.file, in: sweep.path)
    let seeds = SeedInterval(results.values("test/top1", ["16"]).map(\.value))
    let both = try #require(results.interval("test/top1", ["16"]))
    #expect(abs(both.mean - seeds.mean) < 1e-6)
    // 200 items, of which about a third are right, alone leave 1.96 · √(p (1 − p) / 200) = 6.6 points.
    let (half, p) = (try #require(both.half), both.mean)
    #expect(half > 5 * (try #require(seeds.half)))
    #expect(abs(half / (1.96 * (p * (1 - p) / 200).squareRoot()) - 1) < 0.15)
    // Paired, what makes an item easy falls out of the difference, of 13 or 14 items of 200.
    let difference = try #require(results.difference("test/top1", ["64"]))
    let apart = results.values("test/top1", ["64"]).map(\.value).reduce(0, +) / 5 - seeds.mean
    #expect(abs(difference.mean - apart) < 1e-6)
    #expect(try #require(difference.half) < 0.65 * half)
    #expect(results.interval("test/top1", ["16"]) == both)
  }

  @Test func `with fewer seeds, or where cells had other items, seeds alone are the points`() throws {
    for sweep in [try MeasuredSweep(seeds: 4), try MeasuredSweep(seeds: 5) { $0 == 2 ? 199 : 200 }] {
      defer { sweep.remove() }
      let results = SweepResults(sweep.file, in: sweep.path)
      for levels in [["16"], ["64"]] {
        let values = results.values("test/top1", levels).map(\.value)
        // The third cell is the second seed's with a batch of 16.
        let isStudents = values.count == 4 || levels == ["16"]
        #expect((results.interval("test/top1", levels) == SeedInterval(values)) == isStudents)
      }
      let differences = zip(results.values("test/top1", ["64"]), results.values("test/top1", ["16"])).map {
        $0.value - $1.value
      }
      #expect(results.difference("test/top1", ["64"]) == SeedInterval(differences))
    }
  }
}

@Suite struct SweepDirectoryTests {
  @Test func `a sweep goes on with the run file that it began with, or not at all`() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sweep-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try makeDirectories(path)
    let (base, text) = ("\(path)/base.yaml", "base: \(path)/base.yaml\nvary: {batch.size: [16, 64]}\nseeds: 2")
    let launch = try SweepLaunch(directory: "\(path)/out", jobs: 1, workers: 1, executable: "/nowhere")
    func begin(_ run: String, _ text: String) throws {
      try Data(run.utf8).write(to: URL(fileURLWithPath: base))
      _ = try Sweep(try SweepFile(yaml: text), text: text, launch)
    }
    try begin("schedule: {steps: 4}", text)
    try begin("schedule:\n  steps: 4  # as before", text.replacing("seeds: 2", with: "seeds: 3"))
    #expect(throws: SweepError.otherBase(base, kept: "\(path)/out/base.yaml")) {
      try begin("schedule: {steps: 5}", text)
    }
    #expect(throws: SweepError.otherSweep("\(path)/out")) {
      try begin("schedule: {steps: 4}", text + "\nequal: {pairs: 100}")
    }
    // What was refused left what was there.
    #expect(try String(contentsOfFile: "\(path)/out/base.yaml", encoding: .utf8).contains("steps: 4"))
  }
}

@Suite struct SweepResultsTests {
  @Test func `only finished cells count, by levels and seed`() throws {
    let sweep = try FakeSweep()
    defer { sweep.remove() }
    let results = SweepResults(sweep.file, in: sweep.path)
    #expect(results.combinations == [["16"], ["64"]])
    #expect(results.values("test/top1", ["16"]).map(\.value) == [0.1, 0.3])
    #expect(results.values("test/top1", ["64"]).map(\.value) == [0.2])
    #expect(results.values("loss", ["64"]).map(\.value) == [2])
    #expect(abs((try #require(results.difference("test/top1", ["64"])).mean) - 0.1) < 1e-12)
    #expect(results.text("test/top1", ["64"]) == "20.0 % (1 of 2 seeds)")
  }

  @Test func `the table has a row a cell, and numbers only where there are some`() throws {
    let sweep = try FakeSweep()
    defer { sweep.remove() }
    let results = SweepResults(sweep.file, in: sweep.path)
    #expect(
      results.csv == """
        batch.size,seed,finished,steps,pairs,seconds,loss,test/top1,directory
        16,0,true,4,64,2.0,1.0,0.1,batch.size=16/seed-0
        64,0,true,4,64,2.0,2.0,0.2,batch.size=64/seed-0
        16,1,true,4,64,2.0,3.0,0.3,batch.size=16/seed-1
        64,1,false,2,32,1.0,4.0,,batch.size=64/seed-1

        """)
  }

  @Test func `the report has each metric's means, and every cell`() throws {
    let sweep = try FakeSweep()
    defer { sweep.remove() }
    let html = SweepReport(SweepResults(sweep.file, in: sweep.path)).html
    for words in ["20.0 ± 127.1 %", "20.0 % (1 of 2 seeds)", "2 of 4 steps", "batch.size=64/seed-1", "3 of 4 cells"] {
      #expect(html.contains(words), "\(words)")
    }
  }
}
