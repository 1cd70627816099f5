import Engine

/// Which pairs of the batch a loss looks at, and as what.
///
/// Row i sees its own text, and of the others those that `negatives` chooses. Others with i's caption or i's picture are its
/// duplicates, by `duplicates` one of
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

  public init(duplicates: Duplicates = .negative, negatives: Int? = nil, seed: UInt64 = 0) {
    self.duplicates = duplicates
    self.negatives = negatives
    self.seed = seed
  }

  /// Whether every row sees all and is its own only positive.
  package var isPlain: Bool { duplicates == .negative && negatives == nil }

  var labels: RowLabels.Kinds { duplicates == .negative ? [] : .contents }
}

/// The rules applied to one batch. Masks of tiles are made where they are needed and kept nowhere.
struct PairRoles {
  private let rules: PairRules
  private let groups: DuplicateGroups?
  /// Of pictures among texts, and of texts among pictures.
  private(set) var choices: [KeyedChoice] = []
  /// What a row's own pair is.
  private let own: TileMask.Role

  /// - Parameter seesItself: whether a row's own pair is in its denominators.
  init(_ rules: PairRules, _ batch: PairBatch, plan: BatchPlan, seesItself: Bool = true) {
    self.rules = rules
    own = seesItself ? [.inRow, .inColumn, .positive] : .positive
    groups = rules.duplicates == .negative ? nil : DuplicateGroups(batch.labels)
    if let n = rules.negatives, n < plan.batch - 1 {
      choices = (0..<2).map { direction in
        KeyedChoice(keys: choiceKeys(rules.seed, step: batch.step, direction: direction, rows: plan.batch))
          .choosing(n, for: plan.myRows)
      }
    }
  }

  /// My rows' limits of each choice, as the bits of floats.
  func statistics(_ plan: BatchPlan) -> [Tensor] {
    choices.map { choice in
      Tensor(shape: [plan.myRows.count], choice.limits[plan.myRows].map { Float(bitPattern: $0) })
    }
  }

  /// The same, knowing all rows' limits.
  func knowing(_ limits: some Collection<Tensor>) -> PairRoles {
    var roles = self
    roles.choices = zip(choices, limits).map { $0.withLimits($1.buffer.map(\.bitPattern)) }
    return roles
  }

  func mask(_ rows: Range<Int>, _ columns: Range<Int>) -> TileMask {
    let mask = TileMask(rows: rows, columns: columns, all: choices.isEmpty ? [.inRow, .inColumn] : [])
    if !choices.isEmpty { mask.choose(inRows: choices[0], inColumns: choices[1]) }
    groups?.forEachPair(rows, columns) { row, column in
      mask[row, column] = rules.duplicates == .positive ? [.inRow, .inColumn, .positive] : []
    }
    if rows == columns { for i in rows { mask[i, i] = own } }
    return mask
  }

  /// The weight of each positive of a row, `[batch]`: 1 / their number.
  func targets(_ batch: Int) -> Tensor {
    guard rules.duplicates == .positive, let groups else { return Tensor(shape: [batch], repeating: 1) }
    return Tensor(shape: [batch], (0..<batch).map { 1 / Float(groups.count(of: $0)) })
  }
}
