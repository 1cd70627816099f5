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
