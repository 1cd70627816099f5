import Runs
import Settings

/// The curves of a run, or of several laid over each other.
struct CurveSections {
  let runs: [RunRecord]

  /// A share of the points that a moving average reaches back over.
  static let smoothing = 0.04

  private func chart(
    _ title: String, unit: String = "", _ caption: String, smoothed: Bool = true, log: Bool = false,
    showsZero: Bool = false, _ number: (RunRecord, Metrics) -> Double
  ) -> Figure? {
    let lines = runs.enumerated().map { index, run in
      LineChart.Line(
        name: run.name,
        curve: Curve(run.points { number(run, $0) }, smoothing: smoothed ? Self.smoothing : 0), style: index)
    }
    return LineChart(
      title: title, unit: unit, caption: caption + (smoothed ? Self.howSmoothed : ""), lines: lines,
      scale: log ? .logarithmic : .linear, showsZero: showsZero
    ).figure
  }

  private static let howSmoothed =
    " Thick: a moving average over the last 4 % of the steps; pale: what each step had, from least to most."

  var learning: Section {
    let chance = runs.compactMap { $0.run.map { "\(short(100 / Double($0.batch.size))) %" } }.first ?? "100 % / B"
    let figures = [
      chart(
        "Loss", unit: "nats",
        "The contrastive loss of each batch, in nats. Lower is better; guessing has ln B, the batch's pairs' logarithm."
      ) { $1.loss },
      chart(
        "Top-1, picture to text", unit: "%",
        "The share of a batch's pictures whose own caption scores highest in the batch. Guessing has \(chance)."
      ) { 100 * $1.imageToTextTop1 },
      chart(
        "Top-1, text to picture", unit: "%",
        "The share of a batch's captions whose own picture scores highest in the batch. Guessing has \(chance)."
      ) { 100 * $1.textToImageTop1 },
      chart("Learning rate", "What the schedule gave each update.", smoothed: false, showsZero: true) {
        $1.learningRate
      },
      chart(
        "Logit scale",
        "What cosines are multiplied by before the softmax. It rises while the model grows sure; at its limit, "
          + "usually 100, it is clamped.", smoothed: false
      ) { $1.logitScale },
    ]
    return Section(id: "learning", title: "Learning", figures: figures.compactMap { $0 })
  }

  var gradients: Section {
    let figures = [
      chart(
        "Gradient norm", "The length of the whole gradient before clipping. Peaks tell of unsteady steps.", log: true
      ) { $1.gradientNorm },
      runs.count == 1 ? towers(runs[0]) : nil,
      noise,
    ]
    return Section(id: "gradients", title: "Gradients", figures: figures.compactMap { $0 })
  }

  private func towers(_ run: RunRecord) -> Figure? {
    func line(_ name: String, _ style: Int, _ number: (Metrics) -> Double) -> LineChart.Line {
      .init(name: name, curve: Curve(run.points(number), smoothing: Self.smoothing), style: style)
    }
    return LineChart(
      title: "Gradient norm by encoder", unit: "",
      caption: "The lengths of the encoders' parts of the gradient: far apart, one of the two hardly learns."
        + Self.howSmoothed,
      lines: [line("pictures", 0, \.imageGradientNorm), line("texts", 1, \.textGradientNorm)], scale: .logarithmic
    ).figure
  }

  private var noise: Figure? {
    let lines = runs.enumerated().map { index, run in
      var average = NoiseAverage()
      let points = run.metrics.map { ($0.step, average.add(signal: $0.gradientSignal, noise: $0.gradientNoise)) }
      return LineChart.Line(name: run.name, curve: Curve(points), style: index)
    }
    return LineChart(
      title: "Gradient noise scale", unit: "pairs",
      caption:
        "The batch up to which more pairs save steps about linearly, far above which they save little: noise over "
        + "signal, each averaged over about 100 steps first (McCandlish et al. 2018). No line where the signal is not told "
        + "from noise.",
      lines: lines, scale: .logarithmic
    ).figure
  }

  var negatives: Section {
    let figures = [
      chart(
        "Repeated captions", unit: "pairs",
        "Pairs of a batch whose caption an earlier pair of the batch has too: each is a negative that isn't wrong.",
        showsZero: true
      ) { Double($1.duplicates) },
      chart(
        "Repeated pictures", unit: "pairs",
        "Pairs of a batch whose picture, the same file, an earlier pair of the batch has too.", showsZero: true
      ) { Double($1.duplicateImages) },
      chart(
        "Effective negatives", unit: "captions",
        "Different captions that a picture's own is told from: the batch less its repeated captions and the picture's own, "
          + "or loss.negatives where fewer are drawn."
      ) { run, row in
        guard let section = run.run else { return .nan }
        let distinct = Double(section.batch.size - row.duplicates - 1)
        return min(distinct, Double(section.loss.negatives ?? .max))
      },
    ]
    return Section(id: "negatives", title: "Duplicates and negatives", figures: figures.compactMap { $0 })
  }

  var throughput: [Figure] {
    [
      chart("Speed", unit: "pairs/s", "Pairs of all workers a second of a whole step.", showsZero: true) {
        $1.pairsPerSecond
      },
      chart(
        "Bytes on the wire", unit: "MB",
        "Of each step's collectives together, 4 bytes a number, as every worker sees them.",
        smoothed: false, showsZero: true
      ) { Double($1.wireBytes) / 1e6 },
      chart(
        "Memory", unit: "MB", "The most that worker 0's process has held so far.", smoothed: false, showsZero: true
      ) { Double($1.peakBytes) / 1e6 },
    ].compactMap { $0 }
  }
}
