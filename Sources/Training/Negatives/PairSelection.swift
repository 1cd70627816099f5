import Engine

/// Which pairs of one batch a loss looks at, and as what: `PairRules` applied to its labels.
///
/// Masks of tiles are made where they are needed and kept nowhere.
struct PairSelection {
  private let rules: PairRules
  private let groups: DuplicateGroups?
  /// What pictures see of the texts, and texts of the pictures; empty where all see all.
  private(set) var choices: [KeyedChoice] = []
  /// What a row's own pair is.
  private let own: TileMask.Role

  init(_ rules: PairRules, _ batch: PairBatch, plan: BatchPlan) {
    self.rules = rules
    own = rules.seesOwn ? [.inRow, .inColumn, .positive] : .positive
    groups = rules.duplicates == .negative ? nil : DuplicateGroups(batch.labels)
    if let n = rules.negatives, n < plan.batch - 1 {
      choices = (0..<2).map { direction in
        KeyedChoice(seed: rules.seed, step: batch.step, direction: direction, rows: plan.batch)
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

  /// This selection with the limits of all rows, those of other workers' among them.
  ///
  /// - Parameter limits: `statistics(_:)` of all workers, gathered.
  func knowing(_ limits: some Collection<Tensor>) -> PairSelection {
    var selection = self
    selection.choices = zip(choices, limits).map { $0.withLimits($1.buffer.map(\.bitPattern)) }
    return selection
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
