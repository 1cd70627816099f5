import Engine

/// The two passes over the cosines of pictures with captions that are given as wrong, which pictures see beside the
/// batch's texts:
///
///     first     lseI_i = ln Σ over what picture i sees, exp(s H_in) of the wrong captions among it,  H = I Nᵀ
///     second    h_in = exp(s H_in − lseI_i)
///               dI += s/(2B) h N      dN = s/(2B) hᵀ I      ds += 1/(2B) Σ h H
///
/// A picture sees those of all pairs, or, where duplicates count for others than negatives, those that don't read as a
/// caption of its duplicates: its own, or one that the same picture has in another pair. No caption sees pictures any
/// differently.
///
/// - Source: Yuksekgonul et al., “When and why vision-language models behave like bags-of-words, and what to do about it”
///   (NegCLIP), 2023, arXiv 2210.01936; github.com/mertyg/vision-language-models-are-bows.
struct HardNegativePass {
  private let plan: BatchPlan
  private let batch: PairBatch
  /// `[batch · each, dim]`
  private let wrong: Tensor
  private let each: Int
  /// By the hash of a caption, rows that don't see it as a wrong one; empty where all see all.
  private let blind: [UInt64: [Int]]

  /// Nil where the batch has none.
  init?(_ plan: BatchPlan, _ batch: PairBatch, _ rules: PairRules) {
    guard let wrong = batch.hardNegatives else { return nil }
    (self.plan, self.batch, self.wrong) = (plan, batch, wrong)
    each = wrong.rows / plan.batch
    precondition(
      wrong.rows == each * plan.batch && batch.labels.hardNegatives.count == wrong.rows,
      "hard negatives: \(wrong.shape) and \(batch.labels.hardNegatives.count) hashes in a batch of \(plan.batch)")
    blind = rules.duplicates == .negative ? [:] : Self.alike(batch.labels)
  }

  /// By the hash of a caption, in rising order the rows with it and those with the picture of one of them.
  private static func alike(_ labels: RowLabels) -> [UInt64: [Int]] {
    let byPicture = Dictionary(grouping: labels.pictures.indices) { labels.pictures[$0] }
    return Dictionary(grouping: labels.captions.indices) { labels.captions[$0] }.mapValues { rows in
      Set(rows.flatMap { byPicture[labels.pictures[$0]] ?? [] }).sorted()
    }
  }

  /// Adds what my pictures see to the log-sum-exps of the first pass.
  ///
  /// - Returns: which of my pictures score their own text higher than all that they see.
  func first(addingTo found: MaskedPass.First) -> [Bool] {
    let rivals = Rivals(count: plan.myRows.count)
    eachTile { rows, columns, _ in
      guard let mine = plan.mine(rows) else { return }
      let (tile, mask) = (tile(rows, columns), mask(rows, columns))
      tile.accumulate(rows: found.images, at: mine.lowerBound, scale: batch.scale, mask)
      tile.raise(rivals, rows: mine.lowerBound, columns: nil, isOwn: false, mask)
    }
    return zip(found.imageHits, rivals.hits(found.diagonal).rows).map { $0 && $1 }
  }

  /// Adds the gradient of my pictures and Σ h H of their lanes.
  ///
  /// - Parameter imageLSE: of all rows.
  /// - Returns: the gradient of my pairs' wrong captions, `[myRows · each, dim]`.
  func second(imageLSE: Tensor, factor: Float, addingTo second: inout MaskedPass.Second) -> Tensor {
    let dWrong = Tensor(shape: [plan.myRows.count * each, wrong.width], repeating: 0)
    let (dImages, unused) = (second.dImages, Tensor(shape: [plan.tileSide], repeating: 0))
    var byRow = second.byRow
    eachTile { rows, columns, mineAmongWrong in
      let (tile, nothing) = (tile(rows, columns), unused.elements(0..<columns.count))
      let pivots = imageLSE.elements(rows)
      let sums = tile.becomeWeights(
        rows: .init(pivots: pivots, targets: pivots), columns: .init(pivots: nothing, targets: nothing),
        scale: batch.scale, factor: factor, mask(rows, columns))
      if let mine = plan.mine(rows) {
        tile.addImageGradient(to: dImages.rows(mine))
        byRow[plan.lane(ofRow: rows.lowerBound)] += sums.rows
      }
      if let mineAmongWrong { tile.addTextGradient(to: dWrong.rows(mineAmongWrong)) }
    }
    second.byRow = byRow
    return dWrong
  }

  /// Calls `body` for every tile in my pictures' rows or my wrong captions' columns, in the order of the global grid. As
  /// many columns as pairs: those of a stretch of pairs make `each` tiles.
  ///
  /// - Parameter body: gets the columns among all wrong captions, and among mine where they are mine.
  private func eachTile(_ body: (_ rows: Range<Int>, _ columns: Range<Int>, _ mine: Range<Int>?) -> Void) {
    plan.eachTile { rows, pairs in
      for part in 0..<each {
        let first = pairs.lowerBound * each + part * pairs.count
        let columns = first..<first + pairs.count
        body(rows, columns, plan.mine(pairs).map { _ in columns.shifted(by: -plan.myRows.lowerBound * each) })
      }
    }
  }

  private func tile(_ rows: Range<Int>, _ columns: Range<Int>) -> ContrastiveTile {
    ContrastiveTile(images: batch.images.rows(rows), texts: wrong.rows(columns))
  }

  private func mask(_ rows: Range<Int>, _ columns: Range<Int>) -> TileMask {
    let mask = TileMask(rows: rows, columns: columns, all: .inRow)
    for column in columns {
      let hash = batch.labels.hardNegatives[column]
      if hash == 0 {
        for row in rows { mask[row, column] = [] }
      } else if let blind = blind[hash] {
        for row in blind[...].rising(within: rows) { mask[row, column] = [] }
      }
    }
    return mask
  }
}
