import Pairs

/// How alike pairs are, and how alike others, over time.
struct CosineSection {
  let runs: [RunRecord]

  var section: Section {
    let recorded = runs.enumerated().filter { !$0.element.similarities.isEmpty }
    let figures = recorded.flatMap { index, run in
      [quantiles(run), histogram(run, of: "pairs", 1, \.positives), histogram(run, of: "others", 0, \.negatives)]
    }
    return Section(
      id: "cosines", title: "Pairs against others", figures: figures.compactMap { $0 },
      problems: recorded.isEmpty ? ["No cosines are recorded: similarities.jsonl has no rows."] : [])
  }

  private func title(_ text: String, _ run: RunRecord) -> String { runs.count > 1 ? "\(text): \(run.name)" : text }

  private func quantiles(_ run: RunRecord) -> Figure? {
    func line(_ name: String, _ style: Int, _ counts: (SimilarityRow) -> [Int]) -> LineChart.Line {
      let buckets = thinned(run.similarities, to: Curve.most).map { row -> Curve.Bucket in
        let cosines = BinnedCosines(counts: counts(row))
        let middle = cosines.quantile(0.5)
        return Curve.Bucket(
          steps: row.step...row.step, low: cosines.quantile(0.05), middle: middle, high: cosines.quantile(0.95),
          smooth: middle)
      }
      return .init(name: name, curve: Curve(buckets: buckets.filter(\.middle.isFinite)), style: style)
    }
    return LineChart(
      title: title("Cosines of pairs and of others", run), unit: "",
      caption:
        "The line is the median cosine, the band holds nine tenths of them. Learning draws pairs (a picture with its "
        + "own caption) up and away from all others of the batch.",
      lines: [line("pairs", 1, \.positives), line("others", 0, \.negatives)]
    ).figure
  }

  /// A column a step, a row a bin; the more pairs have a cosine the darker.
  private func histogram(
    _ run: RunRecord, of what: String, _ style: Int, _ counts: (SimilarityRow) -> [Int]
  ) -> Figure? {
    let rows = thinned(run.similarities, to: 120)
    guard let first = rows.first, let last = rows.last, let image = HistogramImage(rows.map(counts), style: style)
    else {
      return nil
    }
    let plot = Plot(x: Axis([Double(first.step), Double(last.step)]), y: Axis([-1, 1]), unit: "cosine")
    return Figure(
      title: title("Histogram of \(what) over time", run), drawing: plot.drawing("Histogram of \(what)", image.drawing),
      caption: "Each column is one step's histogram of cosines, in \(counts(first).count) bins; strong colour: many.")
  }

  /// Some of the rows, evenly, the last among them.
  private func thinned(_ rows: [SimilarityRow], to most: Int) -> [SimilarityRow] {
    guard rows.count > most else { return rows }
    return (0..<most).map { rows[$0 * (rows.count - 1) / (most - 1)] }
  }
}
