import Engine
import Foundation

/// The contrastive loss over the whole data set, of which a small batch is a sample: each sample's mean over the others
/// is followed by an estimate u from one time it is seen to the next.
///
///     gI_i = mean_{j ≠ i} exp(s (S_ij − S_ii))      uI_i ← (1 − γ) uI_i + γ gI_i      gT, uT alike by column
///     L = 1/(2B) Σ_i [ln(ε + uI_i) + ln(ε + uT_i)]
///     p_ij = exp(s (S_ij − S_ii)) / ((B − 1) (ε + uI_i)) − [i = j] gI_i / (ε + uI_i),  q alike
///     dI = s/(2B) (p + q) T      dT = s/(2B) (p + q)ᵀ I      ds = 1/(2B) Σ (p + q) S
///
/// That is the gradient of 1/(2B) Σ g/(ε + u) with u held. With ρ the loss is τ (L + ρ), τ = 1/s (RGCL-g,
/// “FastCLIP-v3”); without, L itself (“v0”; “v1” with a constant s). Rows may see some of the others only: then the
/// mean is over those. Logarithms of u are kept, since u itself spans exp(±2s).
///
/// The reference code's gradient of s is twice this one, relative to those of features: its workers each add it for
/// their own rows and again for the gathered ones.
///
/// - Source: Yuan et al. 2022 (SogCLR); Wei et al., “FastCLIP”, 2024, arXiv 2407.01445;
///   github.com/Optimization-AI/fast_clip, `loss.py`.
public struct GlobalContrastiveLoss: PairLoss {
  public let plan: BatchPlan
  public let rules: PairRules
  public let settings: Settings
  public let estimates: SampleEstimates?
  public var labels: RowLabels.Kinds { [rules.labels, .samples] }

  public struct Settings: Sendable, Equatable {
    /// How much of u is renewed each time a sample is seen.
    public var gamma = 0.2
    /// γ falls from 1 over so many epochs, by half a cosine; nil: it's constant.
    public var gammaDecayEpochs: Int?
    public var epsilon = 1e-14
    public var rho: Double?

    public init(gamma: Double = 0.2, gammaDecayEpochs: Int? = nil, epsilon: Double = 1e-14, rho: Double? = nil) {
      self.gamma = gamma
      self.gammaDecayEpochs = gammaDecayEpochs
      self.epsilon = epsilon
      self.rho = rho
    }

    /// The γ of an epoch, counted from 0: γ + ½ (1 − γ) (1 + cos(π e / E)), e < E.
    func gamma(inEpoch epoch: Int) -> Double {
      guard let end = gammaDecayEpochs, epoch < end else { return gamma }
      return gamma + 0.5 * (1 - gamma) * (1 + cos(.pi * Double(epoch) / Double(end)))
    }
  }

  public init(plan: BatchPlan, rules: PairRules = PairRules(), settings: Settings, estimates: SampleEstimates) {
    precondition(rules.duplicates != .positive, "global contrastive loss: one positive a row")
    self.plan = plan
    self.rules = PairRules(
      duplicates: rules.duplicates, negatives: rules.negatives, seed: rules.seed, seesOwn: false)
    self.settings = settings
    self.estimates = estimates
  }

  /// Statistics: pivots and ln u of my pictures and my texts, and the limits where they choose.
  public func begin(_ batch: PairBatch) -> PendingLoss {
    guard let estimates else { preconditionFailure("global contrastive loss: no estimates") }
    let selection = PairSelection(rules, batch, plan: plan)
    let found = MaskedPass(plan: plan, batch: batch, selection: selection).first()
    let gamma = settings.gamma(inEpoch: batch.step * plan.batch / estimates.count)
    func inner(_ sums: MaskedLogSumExp, _ old: [Float]) -> [Inner] {
      let (lse, seen) = (sums.lse.values().array, sums.seen.array)
      return plan.myRows.enumerated().map { i, row in
        Inner(
          lse: lse[i], own: batch.scale * found.diagonal[i], seen: seen[i],
          old: old[batch.labels.samples[row]], gamma: gamma, epsilon: settings.epsilon)
      }
    }
    let (images, texts) = (inner(found.images, estimates.logImages), inner(found.texts, estimates.logTexts))
    let statistics = [images.map(\.pivot), texts.map(\.pivot), images.map(\.logU), texts.map(\.logU)]
    let mine = statistics.map { Tensor(shape: [$0.count], $0) } + selection.statistics(plan)
    return PendingLoss(statistics: mine) { gathered in
      estimates.set(images: gathered[2].buffer, texts: gathered[3].buffer, of: batch.labels.samples)
      let pass = MaskedPass(plan: plan, batch: batch, selection: selection.knowing(gathered[4...]))
      let outer = settings.rho == nil ? 1 : 1 / batch.scale
      let second = pass.second(
        rows: .init(pivots: gathered[0], targets: targets(images)),
        columns: .init(pivots: gathered[1], targets: targets(texts)),
        factor: outer * batch.scale / Float(2 * plan.batch))
      let lanes = plan.lanes { lane, rows in
        var part = LossParts.Lane(
          loss: rows.reduce(0.0) { $0 + images[$1].logSum + texts[$1].logSum } / Double(2 * plan.batch),
          dScale: (second.byRow[lane] + second.byColumn[lane]) / Double(2 * plan.batch),
          imageHits: found.imageHits[rows].count { $0 }, textHits: found.textHits[rows].count { $0 })
        settings.rho.map { part.timesTemperature(scale: Double(batch.scale), rho: $0 / Double(plan.lanes)) }
        return part
      }
      return LossParts(dImages: second.dImages, dTexts: second.dTexts, lanes: lanes)
    }
  }

  /// Targets of my rows; those of other rows lie in nobody's tiles but theirs.
  private func targets(_ mine: [Inner]) -> Tensor {
    let all = Tensor(shape: [plan.batch], repeating: 0)
    for (row, inner) in zip(plan.myRows, mine) { all.buffer[row] = inner.target }
    return all
  }
}

/// What a row's mean over the others comes to, with its average brought up to date.
private struct Inner {
  /// ln u.
  let logU: Float
  /// ln(ε + u).
  let logSum: Double
  /// g / (ε + u).
  let target: Float
  /// What to subtract from logits: exp(s S_ij − pivot) is the gradient's weight.
  let pivot: Float

  init(lse: Float, own: Float, seen: Float, old: Float, gamma: Double, epsilon: Double) {
    let logG = seen > 0 ? Double(lse) - Double(own) - log(Double(seen)) : -.infinity
    let logU =
      switch (old, seen) {
      case (_, 0): Double(old)
      // Not seen before.
      case (-.infinity, _): logG
      default: logOfSum(log(1 - gamma) + Double(old), log(gamma) + logG)
      }
    self.logU = Float(logU)
    logSum = logOfSum(log(epsilon), Double(self.logU))
    target = Float(exp(logG - logSum))
    pivot = Float(Double(own) + log(Double(max(seen, 1))) + logSum)
  }
}

/// ln(eᵃ + eᵇ), one of which is finite.
private func logOfSum(_ a: Double, _ b: Double) -> Double { max(a, b) + log1p(exp(-abs(a - b))) }

extension LossParts.Lane {
  /// From L to τ (L + ρ): its gradient in s is (dL − (L + ρ) / s) / s.
  fileprivate mutating func timesTemperature(scale: Double, rho: Double) {
    loss = (loss + rho) / scale
    dScale = (dScale - loss) / scale
  }
}
