/// A claim as an experiment: which data it needs, the sweeps that are run, and what is read off them.
///
///     claim: A larger batch teaches more.
///     expected: It rises.                            # written before the first run
///     changes: Larger data.                          # what would change the verdict
///     time: 70 minutes on 2 cores
///     needs: [{path: data/emoji/noto.tar, make: [data, emoji, --out, data/emoji]}]
///     parts: [{name: pairs, sweep: launch/experiments/batch/pairs.yaml, checks: […]}]
///     tiny: {seeds: 2, equal: {updates: 2}}          # what another scale has otherwise
public struct ExperimentFile: Sendable, Equatable {
  public var claim = ""
  public var expected = ""
  public var changes = ""
  public var time = ""
  public var needs: [Need] = []
  public var parts: [Part] = []
  public var tiny = Scale()
  public var large = Scale()

  /// A file that has to be there.
  public struct Need: Sendable, Equatable {
    public let path: String
    /// What follows `diagonal` in the command that makes it; empty: people make it.
    public let make: [String]
    /// What people are told to do for it.
    public let ask: String
  }

  /// One sweep, and what is read off it.
  public struct Part: Sendable, Equatable {
    public let name: String
    public let sweep: String
    public let title: String
    public let tunes: Tuning?
    /// The part whose best settings this one's cells take.
    public let tuned: String?
    /// The level whose best settings all cells take, where the sweep doesn't vary it.
    public let tunedAt: String?
    public let checks: [Check]
  }

  /// A part that finds settings: at each level of one factor the best level of another.
  public struct Tuning: Sendable, Equatable {
    /// The key that is chosen; a factor of the sweep.
    public let key: String
    public let along: String
    public let by: String
  }

  /// What a scale has otherwise than the recipe.
  public struct Scale: Sendable, Equatable {
    public var needs: [Need]?
    public var set: [SweepFile.Setting] = []
    public var vary: [SweepFile.Factor] = []
    public var seeds: [UInt64]?
    public var equal: SweepFile.Length?
    /// How many times as long cells are.
    public var times = 1
    /// Laid over each cell last, over what its arm says too.
    public var force: [SweepFile.Setting] = []

    public init() {}
  }
}

/// One figure that is read off a part, and what it would mean.
public struct ExperimentCheck: Sendable, Equatable {
  public let title: String
  public let metric: String
  public let effect: Effect
  /// Which level the other factors have: `loss.kind` → `decoupled`.
  public let fixed: [String: String]
  /// Effects up to this, in the metric's unit, are none.
  public let margin: Double
  /// What the metric is where nothing was learned.
  public let chance: Double?
  /// Nil: nothing was predicted.
  public let expected: Outcome?
  /// Whether the claim stands or falls by it.
  public let decides: Bool
  /// What each outcome means, in words.
  public let words: [Outcome: String]

  public enum Effect: Sendable, Equatable {
    /// For each doubling of a factor's levels.
    case slope(along: String)
    case difference(factor: String, of: String, from: String)
    /// Of one level from a number.
    case above(factor: String, level: String, Double)
    /// Of one level from another metric of the same cells.
    case beside(factor: String, level: String, metric: String)
    /// The measured from ln(pairs / level), at the level where it is farthest.
    case floor(along: String, pairs: Double)
    /// What a metric loses or gains along others of the same cells, for each 0.1 of their distances; where there is a second level, how
    /// much more than at that.
    case fall(factor: String, of: String, from: String?, [Rung])
    /// How much more one level has than another would have at the same value of a second metric: the other's curve of the one against the
    /// second is taken along a further factor, as the length of training.
    case matched(factor: String, of: String, from: String, along: String, on: String)
  }

  /// A metric with how far what it measures lies from what was trained on.
  public struct Rung: Sendable, Equatable {
    public let metric: String
    public let distance: Double
  }

  /// All that it compares.
  public var metrics: [String] {
    switch effect {
    case .beside(_, _, let other), .matched(_, _, _, _, let other): [metric, other]
    case .fall(_, _, _, let rungs): rungs.map(\.metric)
    case .slope, .difference, .above, .floor: [metric]
    }
  }

  public enum Outcome: String, Sendable, CaseIterable, SettingValue {
    case up, down
    /// Within the margin.
    case same
    /// None of these can be said.
    case open
  }
}

extension ExperimentFile { public typealias Check = ExperimentCheck }
