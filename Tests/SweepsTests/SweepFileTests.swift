import Foundation
import Settings
import Sweeps
import Testing

@Suite struct SweepFileTests {
  private static let grid = """
    base: run.yaml
    set: {optimizer: {clip_norm: 1}, schedule.warmup: 0.1}
    vary:
      batch.size: [16, 64]
      data.order: [full, windowed]
    seeds: [3, 7]
    equal: {pairs: 100}
    metrics: [a/top1]
    """

  @Test func `a grid has every combination, of one seed after the other`() throws {
    let sweep = try SweepFile(yaml: Self.grid)
    #expect(
      sweep.cells.map(\.name) == [
        "batch.size=16,data.order=full/seed-3", "batch.size=16,data.order=windowed/seed-3",
        "batch.size=64,data.order=full/seed-3", "batch.size=64,data.order=windowed/seed-3",
        "batch.size=16,data.order=full/seed-7", "batch.size=16,data.order=windowed/seed-7",
        "batch.size=64,data.order=full/seed-7", "batch.size=64,data.order=windowed/seed-7",
      ])
    #expect(
      sweep.cells[3].settings.map(\.override) == [
        "optimizer.clip_norm=1", "schedule.warmup=0.1", "batch.size=64", "data.order=\"windowed\"", "seed=3",
      ])
  }

  @Test(arguments: [("{pairs: 100}", 2), ("{updates: 7}", 7), ("{seconds: 10}", 40)])
  func `what is equal makes the steps`(_ equal: String, _ steps: Int) throws {
    var sweep = try SweepFile(yaml: "base: x\nvary: {batch.size: [64]}\nequal: \(equal)")
    sweep.base = "/dev/null"
    let run = try RunFile(yaml: "batch: {size: 64}")
    let settings = sweep.lengthSettings(run, secondsPerStep: 0.25)
    #expect(settings.map(\.override) == ["schedule.epochs=null", "schedule.samples=null", "schedule.steps=\(steps)"])
  }

  @Test func `arms are settings that belong together`() throws {
    let sweep = try SweepFile(
      yaml: "base: x\narms: {wide: {batch: {size: 64}, data.order: windowed}, narrow: {}}\nseeds: 1")
    #expect(sweep.cells.map(\.name) == ["arm=wide/seed-0", "arm=narrow/seed-0"])
    #expect(sweep.cells[0].settings.map(\.override) == ["batch.size=64", "data.order=\"windowed\"", "seed=0"])
  }

  @Test func `a value that a path would take for its own is no path`() throws {
    let sweep = try SweepFile(yaml: "base: x\nvary: {data.train: [../a.tar, 'b c.tar']}\nseeds: 1")
    #expect(sweep.cells.map(\.name) == ["data.train=.._a.tar/seed-0", "data.train=b_c.tar/seed-0"])
  }

  @Test(
    arguments: [
      ("vary: {batch.size: [1]}", "base is not set"), ("base: x", "vary is not set"),
      ("base: x\nvary: {batch.sizes: [1]}", "batch.sizes is not a key"),
      ("base: x\nvary: {batch.size: 4}", "vary.batch.size is 4, expected a list"),
      ("base: x\nvary: {batch.size: [many]}", "batch.size is text (\"many\"), expected a whole number"),
      ("base: x\nvary: {batch.size: [4, 4]}", "must have no value twice"),
      ("base: x\nvary: {seed: [4]}", "must be given as seeds"),
      ("base: x\nvary: {batch.size: [4]}\nseeds: 0", "seeds is 0"),
      ("base: x\nvary: {batch.size: [4]}\nequal: {pairs: 1, updates: 2}", "expected one of {pairs: N}"),
      ("base: x\nvary: {batch.size: [4]}\nequals: {pairs: 1}", "equals is not a key; did you mean"),
    ])
  func `what can't be meant is refused by name`(_ text: String, _ words: String) {
    let error = #expect(throws: RunFileError.self) { try SweepFile(yaml: text) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }
}
