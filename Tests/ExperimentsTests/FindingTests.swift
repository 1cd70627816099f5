import Experiments
import Foundation
import Settings
import Sweeps
import TestSupport
import Testing

@Suite struct FindingTests {
  private static let slope = "metric: test/top1, slope: B, margin: 0.005, expect: up"

  private func finding(_ check: String, _ fill: (MadeExperiment) throws -> Void) throws -> Finding {
    try temporaryDirectory { directory in
      let made = try MadeExperiment(in: directory, checks: [check])
      try fill(made)
      return try #require(try ExperimentFindings(made.opened()).parts[0].findings.first)
    }
  }

  /// y = 0.2 + 0.02 · log2(B / 16) and a seed's own height, which falls out since each seed is compared with itself.
  @Test func `a line in the logarithm has its slope, whatever the seeds' heights`() throws {
    let found = try finding(Self.slope) { made in
      try made.fill("own") { 0.2 + 0.02 * log2(Double($0[0])! / 16) + 0.1 * Double($1) }
    }
    #expect(abs(found.effect.mean - 0.02) < 1e-9 && abs(found.effect.half ?? 1) < 1e-9)
    #expect(found.outcome == .up && found.isExpected && found.effect.seeds == 3)
    #expect(found.sentence == "It rises: +2.0 points a doubling [+2.0, +2.0], 3 seeds.")
  }

  /// Seeds' slopes of 0.02, 0 and 0.04: a mean of 0.02 with 4.303 · 0.02 / √3.
  @Test func `seeds that disagree leave it open`() throws {
    let slopes = [0.02, 0, 0.04]
    let found = try finding(Self.slope) { made in
      try made.fill("own") { 0.2 + slopes[Int($1)] * log2(Double($0[0])! / 16) }
    }
    #expect(abs((found.effect.half ?? 0) - 4.3027 * 0.02 / 3.0.squareRoot()) < 1e-6)
    #expect(found.outcome == .open && !found.isExpected)
  }

  @Test func `within the margin it is the same, and only there`() throws {
    for (margin, outcome) in [(0.02, ExperimentCheck.Outcome.same), (0.005, .up)] {
      let found = try finding(
        "metric: test/top1, difference: {factor: B, of: 256, from: 16}, margin: \(margin), expect: same"
      ) {
        try $0.fill("own") { levels, _ in levels == ["256"] ? 0.31 : 0.3 }
      }
      #expect(found.outcome == outcome)
    }
  }

  /// Ten items of which 256 has all and 16 has half: each item's effect is 0 or 1, whose mean is 0.5 ± 1.96 · √(0.25 · 10 / 9 / 10).
  @Test func `few test items widen the interval of seeds that agree`() throws {
    let found = try finding("metric: test/top1, difference: {factor: B, of: 256, from: 16}, margin: 0, expect: up") {
      try $0.fill("own", items: { $0 == 1 ? "1111111111" : "1111100000" }) { levels, _ in levels == ["256"] ? 1 : 0.5 }
    }
    #expect(abs((found.effect.half ?? 0) - 1.96 * (0.25 / 9).squareRoot()) < 1e-9 && found.effect.mean == 0.5)
  }

  @Test func `a floor is compared where the measured is farthest from it`() throws {
    let found = try finding("metric: loss, floor: {along: B, pairs: 1024}, margin: 0.1, expect: same") {
      try $0.fill("own", metric: "loss") { levels, _ in log(1024 / Double(levels[0])!) + (levels == ["64"] ? 0.3 : 0.01)
      }
    }
    #expect(found.at == "B 64" && abs(found.effect.mean - 0.3) < 1e-9 && found.outcome == .up)
  }

  /// From 0.5 and from 0.3 down to 0.1, 0.2 farther away: 0.2 and 0.1 less for each 0.1.
  @Test func `a fall is the slope along several metrics, of one level or against another's`() throws {
    for (from, mean) in [("", -0.2), ("from: 16, ", -0.1)] {
      let found = try finding(
        "metric: test/top1, fall: {factor: B, of: 256, \(from)distances: {test/top1: 0.4, far/top1: 0.6}}, margin: 0.01"
      ) {
        try $0.fill("own", others: { _ in ["far/top1": 0.1] }) { levels, _ in levels == ["256"] ? 0.5 : 0.3 }
      }
      #expect(abs(found.effect.mean - mean) < 1e-9 && found.outcome == .down)
      #expect(found.figure.contains("points for each 0.1 of distance"))
    }
    // Each test's items make their own part of the interval: half of a coin's spread over as many items as it has.
    let found = try finding(
      "metric: test/top1, fall: {factor: B, of: 256, distances: {test/top1: 0.4, far/top1: 0.6}}, margin: 0.01"
    ) {
      try $0.fill("own", others: { _ in ["far/top1": 0.5] }, items: { _ in String(repeating: "01", count: 50) }) {
        _, _ in 0.5
      }
    }
    let half = found.effect.half ?? 0
    #expect(found.effect.hasItems && found.effect.mean == 0 && half > 0.06, "\(half)")
    let error = #expect(throws: RunFileError.self) {
      try finding("metric: m, fall: {factor: B, of: 256, distances: {m: 0.4}}, margin: 1") { _ in }
    }
    #expect(error?.description.contains("distances is not set: two metrics or more") == true)
  }

  /// The line of 16 in logits is y = x − 1, that of 256 y = x − 0.5, and 256 has more of both.
  @Test func `matched arms are compared at the same value of another metric`() throws {
    func share(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
    let found = try temporaryDirectory { directory in
      let made = try MadeExperiment(
        in: directory,
        checks: [
          "metric: far/top1, matched: {factor: B, of: 256, from: 16, along: optimizer.weight_decay, on: own/top1}, margin: 0.01"
        ])
      let own = try String(contentsOfFile: "\(directory)/own.yaml", encoding: .utf8)
      try made.write(own + "vary: {optimizer.weight_decay: [0, 1, 2]}\n", "own.yaml")
      func x(_ levels: [String]) -> Double { Double(levels[1])! - 1 + (levels[0] == "256" ? 0.3 : 0) }
      try made.fill("own", metric: "far/top1", others: { ["own/top1": share(x($0))] }) { levels, _ in
        share(x(levels) - (levels[0] == "256" ? 0.5 : 1))
      }
      return try #require(try ExperimentFindings(made.opened()).parts[0].findings.first)
    }
    let expected = [-0.7, 0.3, 1.3].map { share($0 - 0.5) - share($0 - 1) }.reduce(0, +) / 3
    #expect(abs(found.effect.mean - expected) < 1e-9 && found.outcome == .up && !found.effect.hasItems)
  }

  @Test(arguments: [true, false]) func `an effect on shuffled captions is told as what can't be`(isEffect: Bool) throws
  {
    let found = try finding(Self.slope + ", chance: 0.1") { made in
      try made.fill("own") { 0.2 + 0.02 * log2(Double($0[0])! / 16) + 0.001 * Double($1) }
      try made.fill("own", shuffled: true) { isEffect ? 0.02 * log2(Double($0[0])!) : 0.1 + 0.01 * Double($1) }
    }
    #expect(found.control.contains("don't trust this") == isEffect)
    #expect(found.control.contains("chance 10.0 %") && found.outcome == .up)
    #expect(abs((found.lowest?.mean ?? 0) - 0.201) < 1e-9)
  }

  @Test func `one seed says nothing`() throws {
    let found = try finding(Self.slope) { made in
      try made.write(
        String(contentsOfFile: "\(made.directory)/own.yaml", encoding: .utf8)
          .replacing("seeds: 3", with: "seeds: 1"), "own.yaml")
      try made.fill("own") { levels, _ in 0.01 * log2(Double(levels[0])!) }
    }
    #expect(found.effect.half == nil && found.outcome == .open)
  }
}
