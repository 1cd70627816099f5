import Foundation
import Settings
import Sweeps

/// What an experiment has come to.
public struct ExperimentFindings: Sendable {
  public let recipe: Recipe
  public let parts: [Part]

  public struct Part: Sendable {
    public let part: ExperimentFile.Part
    public let file: SweepFile
    public let rows: [ExperimentRow]
    public let shuffled: [ExperimentRow]
    public let findings: [Finding]
    /// Where the part takes what another finds.
    public let tuned: TunedValues?
    /// Of the part's own finding, where it is one that finds settings.
    public let found: TunedValues?

    public var cells: Int { file.cells.count }
  }

  /// What is known of the parts that can be read; one that waits for another's finding has nothing yet.
  public init(_ experiment: Experiment) throws {
    recipe = experiment.recipe
    parts = try recipe.file.parts.compactMap { part in
      do { return try Part(part, experiment) } catch ExperimentError.untuned { return nil }
    }
  }

  /// Of those that the claim stands or falls by; of all where none says so.
  public var deciding: [Finding] {
    let all = parts.flatMap(\.findings)
    let chosen = all.filter(\.check.decides)
    return chosen.isEmpty ? all : chosen
  }

  /// One sentence a deciding finding.
  public var verdict: String {
    deciding.isEmpty
      ? "Too little has been run to say anything." : deciding.map(\.sentence).joined(separator: " ") + " " + foreseen
  }

  private var foreseen: String {
    let predicted = deciding.filter { $0.check.expected != nil }
    return "Of \(predicted.count) predictions \(predicted.filter(\.isExpected).count) came true."
  }

  /// What an effect would have had to be to be seen: of the interval that is widest beside its margin.
  public var resolution: String? {
    let halves = deciding.compactMap { finding in finding.effect.half.map { (finding, $0) } }
    guard let widest = halves.max(by: { $0.1 / max(1e-9, $0.0.check.margin) < $1.1 / max(1e-9, $1.0.check.margin) })
    else { return nil }
    return
      "An effect smaller than the half of its interval would be missed, and more seeds narrow it: "
      + "\(widest.0.check.title), \(widest.0.figure)."
  }

  public var seconds: Double { parts.flatMap { $0.rows + $0.shuffled }.reduce(0) { $0 + $1.seconds } }
}

extension ExperimentFindings.Part {
  init(_ part: ExperimentFile.Part, _ experiment: Experiment) throws {
    let file = try experiment.sweep(part, shuffled: false)
    let rows = try experiment.known(part, file)
    let shuffled =
      part.tunes == nil ? try experiment.known(part, experiment.sweep(part, shuffled: true)) : []
    for metric in part.checks.flatMap(\.metrics) { try requireMetric(metric, part.name, rows) }
    (self.part, self.file, self.rows, self.shuffled) = (part, file, rows, shuffled)
    findings = try part.checks.compactMap { check in
      Finding(check, try Contrast.all(check, of: part.name, file), rows + shuffled)
    }
    tuned = try part.tuned.flatMap { try experiment.tuned($0) }
    found = try part.tunes.flatMap { try TunedValues($0, part.name, file, rows) }
  }

  /// Every combination of levels, in the sweep's order.
  public var combinations: [[String]] {
    var seen: Set<[String]> = []
    return file.cells.map(\.levels).filter { seen.insert($0).inserted }
  }

  /// The metrics that are compared, in the order of the checks.
  public var metrics: [String] {
    var seen: Set<String> = []
    return (part.checks.flatMap(\.metrics) + [part.tunes?.by].compactMap { $0 }).filter { seen.insert($0).inserted }
  }

  public func values(_ metric: String, _ levels: [String], shuffled isShuffled: Bool = false) -> [Double] {
    (isShuffled ? shuffled : rows).filter { $0.levels == levels }.sorted { $0.seed < $1.seed }
      .compactMap { $0.numbers[metric] }
  }
}
