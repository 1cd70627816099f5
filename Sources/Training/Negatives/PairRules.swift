/// Which pairs of the batch a loss looks at, and as what.
///
/// Row i sees its own text unless `seesOwn` is off, and of the others those that `negatives` chooses. Others with i's caption or i's picture
/// are its duplicates, by `duplicates` one of
///
///     negative    seen like any other
///     positive    seen in any case; i's targets are uniform over itself and its duplicates
///     ignore      not seen
///
/// Columns see rows by the same rules, with a choice of their own.
public struct PairRules: Sendable, Equatable {
  /// What others with a row's caption or picture are to it.
  public enum Duplicates: Sendable { case negative, positive, ignore }

  public var duplicates = Duplicates.negative
  /// Others that a row sees, chosen anew each step; nil: all.
  public var negatives: Int?
  public var seed: UInt64 = 0
  /// Whether a row's own pair is in its denominators; it is a positive in any case.
  public var seesOwn = true

  public init(duplicates: Duplicates = .negative, negatives: Int? = nil, seed: UInt64 = 0, seesOwn: Bool = true) {
    self.duplicates = duplicates
    self.negatives = negatives
    self.seed = seed
    self.seesOwn = seesOwn
  }

  /// Whether every row sees all and is its own only positive.
  package var isPlain: Bool { duplicates == .negative && negatives == nil && seesOwn }

  var labels: RowLabels.Kinds { duplicates == .negative ? [] : .contents }
}
