import Evaluation
import Settings
import Sweeps

/// What a check came to, with its controls.
public struct Finding: Sendable {
  public let check: ExperimentCheck
  public let effect: EffectInterval
  public let outcome: ExperimentCheck.Outcome
  /// Of a floor, the level at which it is farthest.
  public let at: String?
  /// The same effect where captions were shuffled; nil where that wasn't run.
  public let shuffled: EffectInterval?
  /// The worst of what it compares, in the mean over seeds, where the check says what chance is.
  public let lowest: SeedInterval?

  public var isExpected: Bool { outcome == check.expected }
  /// Nil where it isn't known.
  public var shuffledOutcome: ExperimentCheck.Outcome? { shuffled?.outcome(margin: check.margin) }

  /// Nil where too little has been run.
  init?(_ check: ExperimentCheck, _ contrasts: [Contrast], _ rows: [ExperimentRow]) {
    let honest = rows.filter { !$0.shuffled }
    let effects = contrasts.compactMap { contrast in
      EffectInterval(contrast, in: honest).map { (contrast, $0) }
    }
    // Of several all have to be none for the whole to be.
    let some = effects.filter { $0.1.outcome(margin: check.margin) != .same }
    guard let (contrast, effect) = (some.isEmpty ? effects : some).max(by: { abs($0.1.mean) < abs($1.1.mean) }),
      effects.count == contrasts.count
    else { return nil }
    (self.check, self.effect, at) = (check, effect, contrast.at)
    shuffled = EffectInterval(contrast, in: rows.filter(\.shuffled))
    let means = contrasts.flatMap(\.terms).map { term in
      honest.filter { $0.levels == term.levels }.compactMap { $0.numbers[term.metric] }
    }.filter { !$0.isEmpty }.map(SeedInterval.init)
    let isLowerBetter = EvaluationMetric(check.metric).isLowerBetter
    let lowest = means.max { isLowerBetter ? $0.mean < $1.mean : $0.mean > $1.mean }
    self.lowest = check.chance == nil ? nil : lowest
    let outcome = effect.outcome(margin: check.margin)
    // Arms that learned nothing are alike for no reason that matters.
    let isLearned = check.chance.map { chance in
      lowest.map { isLowerBetter ? $0.mean + ($0.half ?? 0) < chance : $0.mean - ($0.half ?? 0) > chance } ?? true
    }
    self.outcome = outcome == .same && isLearned == false ? .open : outcome
  }
}

extension Finding {
  /// `A larger batch teaches less: −1.3 points a doubling [−2.0, −0.6], 3 seeds.`
  public var sentence: String {
    let seeds = "\(effect.seeds) seed\(effect.seeds == 1 ? "" : "s")"
    return "\(check.words[outcome] ?? ""): \(figure)\(at.map { " at \($0)" } ?? ""), \(seeds)."
  }

  public var figure: String { text(effect) }

  /// `−1.3 points a doubling [−2.0, −0.6]`
  public func text(_ effect: EffectInterval) -> String {
    let unit = EvaluationMetric(lastName).isShare ? "points" : EvaluationMetric(lastName).isLowerBetter ? "nats" : ""
    let each =
      switch check.effect {
      case .slope: " a doubling"
      case .fall: " for each 0.1 of distance"
      case .difference, .above, .beside, .floor, .matched: ""
      }
    let interval = effect.half.map { " [\(signed(effect.mean - $0)), \(signed(effect.mean + $0))]" } ?? ""
    return "\(signed(effect.mean)) \(unit)\(each)\(interval)"
  }

  /// What backs it.
  public var control: String {
    var words = effect.hasItems ? [] : ["its interval counts seeds only"]
    if let lowest, let chance = check.chance {
      let kind = EvaluationMetric(lastName)
      words.append("the least of what is compared is \(lowest.text(check.metric)), chance \(kind.text(chance))")
    }
    if let shuffled {
      let verdict =
        isImpossible(shuffled.outcome(margin: check.margin))
        ? "an effect, which there can't be: don't trust this" : said(of: shuffled)
      words.append("on shuffled captions \(text(shuffled)): \(verdict)")
    } else {
      words.append("not yet run on shuffled captions (--shuffled)")
    }
    return words.joined(separator: "; ") + "."
  }

  /// Whether nothing but a fault makes such an effect where pictures tell nothing of captions. A linear probe reads labels and not
  /// captions, a loss from which nothing is learned stays above its floor, and tests of other classes have other chances: these have no such
  /// outcome.
  private func isImpossible(_ outcome: ExperimentCheck.Outcome) -> Bool {
    switch check.effect {
    case .slope, .difference, .matched, .fall(_, _, .some, _): outcome == .up || outcome == .down
    case .above: outcome == .up
    case .beside, .floor, .fall: false
    }
  }

  private func said(of shuffled: EffectInterval) -> String {
    if shuffled.half == nil { return "too few seeds" }
    return switch check.effect {
    case .slope, .difference, .matched, .fall(_, _, .some, _):
      shuffled.outcome(margin: check.margin) == .same ? "no effect" : "none shown"
    case .above: "not above"
    case .beside, .floor, .fall: "for comparison"
    }
  }

  private var lastName: String { check.metric.split(separator: "/").last.map(String.init) ?? check.metric }

  /// Shares in points, with the sign that typography has.
  private func signed(_ value: Double) -> String {
    let isShare = EvaluationMetric(lastName).isShare
    let scaled = isShare ? 100 * value : value
    let power = isShare ? 10.0 : 1000.0
    let rounded = (scaled * power).rounded() / power
    return rounded == 0 ? "0" : (rounded < 0 ? "−" : "+") + "\(abs(rounded))"
  }
}
