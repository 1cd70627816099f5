import Experiments
import Foundation
import Reports
import Settings
import Sweeps
import TestSupport
import Testing

@Suite struct ExperimentTests {
  private static let check = "metric: test/top1, slope: B, margin: 0.005, expect: up"

  /// Best at 16: 1e-2, at 256: 1e-4. At 64, half the way in logarithms: 1e-3.
  @Test func `cells take what another part has found, and between levels what lies between`() throws {
    try temporaryDirectory { directory in
      let made = try MadeExperiment(in: directory, checks: [Self.check], tuned: true)
      let own = try made.opened().recipe.file.parts[1]
      #expect(throws: ExperimentError.untuned(part: "own", by: "tune", cells: 9)) {
        try made.opened().sweep(own, shuffled: false)
      }
      try made.fill("tune", metric: "v/loss") { levels, _ in
        let wanted = levels[0] == "16" ? "1e-2" : "1e-4"
        return levels[1] == wanted ? 1 : 2
      }
      let experiment = try made.opened()
      let rates = try experiment.sweep(own, shuffled: false).factors[0].levels.map { $0.settings.last?.value }
      #expect(rates == ["0.01", "0.001", "0.0001"])
      #expect(try experiment.tuned("tune")?.atEdge == ["16", "256"])
    }
  }

  @Test func `a known cell isn't run again unless its settings are others`() throws {
    try temporaryDirectory { directory in
      let made = try MadeExperiment(in: directory, checks: [Self.check])
      try made.fill("own") { _, _ in 0.5 }
      var experiment = try made.opened()
      let part = experiment.recipe.file.parts[0]
      #expect(try experiment.unknown(part, experiment.sweep(part, shuffled: false)).isEmpty)
      #expect(try experiment.unknown(part, experiment.sweep(part, shuffled: true)).count == 9)
      try made.write("batch: {chunk: 4}\n", "base.yaml")
      experiment = try made.opened()
      #expect(try experiment.unknown(part, experiment.sweep(part, shuffled: false)).count == 9)
    }
  }

  @Test func `another length or another file that the run names makes another cell`() throws {
    try temporaryDirectory { directory in
      let made = try MadeExperiment(in: directory, checks: [Self.check])
      try made.write("model: {config: \(directory)/model.json}\nbatch: {chunk: 8}\n", "base.yaml")
      try made.write("{}", "model.json")
      let own = try String(contentsOfFile: "\(directory)/own.yaml", encoding: .utf8)
      func digest(_ seconds: Int) throws -> String {
        try made.write(own.replacing("{pairs: 4096}", with: "{seconds: \(seconds)}"), "own.yaml")
        let experiment = try made.opened()
        let file = try experiment.sweep(experiment.recipe.file.parts[0], shuffled: false)
        return try experiment.digest(of: file.cells[0], file)
      }
      let first = try digest(25)
      #expect(try digest(25) == first && digest(250) != first)
      try made.write("{ }", "model.json")
      #expect(try digest(25) != first)
    }
  }

  @Test func `a metric that no finished cell has is told with those that they have`() throws {
    try temporaryDirectory { directory in
      let made = try MadeExperiment(in: directory, checks: [Self.check])
      try made.fill("own", metric: "test/top5") { _, _ in 0.5 }
      #expect(throws: ExperimentError.noMetric(part: "own", metric: "test/top1", known: ["test/top5"])) {
        try ExperimentFindings(made.opened())
      }
    }
  }

  @Test func `a report tells claim, expectation, outcome and control`() throws {
    try temporaryDirectory { directory in
      let made = try MadeExperiment(in: directory, checks: [Self.check])
      try made.fill("own") { 0.2 + 0.02 * log2(Double($0[0])!) + 0.01 * Double($1) }
      let html = try ExperimentReport(ExperimentFindings(made.opened())).html
      for words in [
        "It rises: +2.0 points a doubling", "not yet run on shuffled captions", "as expected", "<svg", "9 of 9",
      ] {
        #expect(html.contains(words), "\(words)")
      }
    }
  }

  @Test func `a file that says too little is refused by what is missing`() throws {
    #expect(
      throws: RunFileError.missing(key: "x.expected", meaning: "what is expected to come out, written before it is run")
    ) {
      try ExperimentFile(yaml: "claim: c", path: "x")
    }
    let part = "{name: p, sweep: s, title: t, checks: [{title: t, metric: m, margin: 1, expect: up, slope: B, up: a}]}"
    #expect(
      throws: RunFileError.missing(key: "x.parts[0].checks[0].down", meaning: "what it means where this comes out")
    ) {
      try ExperimentFile(yaml: "claim: c\nexpected: e\nchanges: w\ntime: t\nparts: [\(part)]", path: "x")
    }
  }
}
