import Foundation
import Settings

/// One run of a sweep: a level of each factor, and a seed.
public struct SweepCell: Sendable, Equatable {
  /// A level's name for each factor.
  public let levels: [String]
  public let seed: UInt64
  /// What is laid over the base, its length aside.
  public let settings: [SweepFile.Setting]
  /// `batch.size=16/seed-0`: where it lies below the sweep's directory.
  public private(set) var name: String

  init(_ factors: [SweepFile.Factor], _ levels: [SweepFile.Level], seed: UInt64, over common: [SweepFile.Setting]) {
    (self.levels, self.seed) = (levels.map(\.name), seed)
    settings =
      common + levels.flatMap(\.settings) + [SweepFile.Setting(key: "seed", value: String(seed))]
    let parts = zip(factors, levels).map { "\($0.name)=\($1.name)" }
    name = Self.fileName(parts.joined(separator: ",")) + "/seed-\(seed)"
  }

  /// In a directory of its own: one of the same levels and another mark is another run.
  public func marked(_ mark: String) -> SweepCell {
    var cell = self
    cell.name += "-\(mark)"
    return cell
  }

  /// Text as a directory may be called: what a shell or a path would take for its own becomes `_`.
  private static func fileName(_ text: String) -> String {
    var safe = ""
    for character in text {
      let kept = character.isLetter || character.isNumber || "=,.-+_".contains(character) ? character : "_"
      guard safe.utf8.count + kept.utf8.count <= 200 else { break }
      safe.append(kept)
    }
    return safe
  }
}

extension SweepFile {
  /// Every cell: of one seed all levels, then of the next, so that a first picture of all comes early.
  public var cells: [SweepCell] {
    let combinations = factors.reduce([[]]) { (known: [[Level]], factor) in
      known.flatMap { levels in factor.levels.map { levels + [$0] } }
    }
    return seeds.flatMap { seed in combinations.map { SweepCell(factors, $0, seed: seed, over: set) } }
  }

  /// A cell's run file without its length, checked.
  public func run(of cell: SweepCell) throws(RunFileError) -> RunFile {
    try RunFile(reading: base, overrides: cell.settings.map(\.override))
  }

  /// What gives a cell its length; nothing where its own settings do.
  ///
  /// - Parameter secondsPerStep: what a step of it takes, where seconds are equal.
  public func lengthSettings(_ run: RunFile, secondsPerStep: Double?) -> [Setting] {
    let steps: Int
    switch equal {
    case nil: return []
    case .pairs(let pairs): steps = max(1, (pairs + run.batch.size / 2) / run.batch.size)
    case .updates(let updates): steps = updates
    case .seconds(let seconds): steps = max(1, Int(min(1e9, seconds / max(1e-9, secondsPerStep ?? seconds))))
    }
    return [
      Setting(key: "schedule.epochs", value: "null"), Setting(key: "schedule.samples", value: "null"),
      Setting(key: "schedule.steps", value: String(steps)),
    ]
  }
}

extension SweepFile {
  /// Whether a cell's steps are known before any of it has run.
  public var hasKnownLength: Bool { if case .seconds = equal { false } else { true } }
}
