/// A field of `metrics.jsonl`: its name, what it means and where a row has it. The table drives writing and reading, in
/// the order of the file, and all that explains it: `diagonal train --help-metrics`, `METRICS.md`.
public struct MetricsField: Sendable {
  enum Place: Sendable {
    case count(any WritableKeyPath<Metrics, Int> & Sendable)
    case number(any WritableKeyPath<Metrics, Double> & Sendable)
  }

  public let name: String
  /// What it is counted in; empty where it has no unit.
  public let unit: String
  public let meaning: String
  let place: Place

  /// The number of a row; NaN where it isn't defined.
  public func value(of row: Metrics) -> Double {
    switch place {
    case .count(let path): Double(row[keyPath: path])
    case .number(let path): row[keyPath: path]
    }
  }

  private static func count(
    _ name: String, _ path: any WritableKeyPath<Metrics, Int> & Sendable, _ unit: String, _ meaning: String
  ) -> MetricsField { MetricsField(name: name, unit: unit, meaning: meaning, place: .count(path)) }

  private static func number(
    _ name: String, _ path: any WritableKeyPath<Metrics, Double> & Sendable, _ unit: String, _ meaning: String
  ) -> MetricsField { MetricsField(name: name, unit: unit, meaning: meaning, place: .number(path)) }

  /// Every field, in the order of the file: new ones come last.
  public static let all: [MetricsField] = progress + found + times + machine + beside

  private static let progress = [
    count("step", \.step, "", "steps done, this one included: the first row is 1"),
    count("samples", \.samples, "pairs", "seen so far, this step's included"),
    number("epoch", \.epoch, "epochs", "the same as passes over the data"),
  ]

  private static let found = [
    number("loss", \.loss, "nats", "of the batch; of the loss that the run file names, without a teacher's"),
    number("logit_scale", \.logitScale, "", "what cosines were multiplied by: the factor itself, not its logarithm"),
    number("learning_rate", \.learningRate, "", "of this step's update"),
    number("gradient_norm", \.gradientNorm, "", "of the whole gradient, before clipping"),
    number(
      "image_to_text_top1", \.imageToTextTop1, "share",
      "of the batch's pictures whose own text scores higher than any other that the loss compares them with; a tie is no "
        + "hit, as in evaluation: a model that says the same of everything has 0 (pairs of the same caption tie, unless "
        + "loss.duplicates leaves them out); in supervised training whose own class does"),
    number(
      "text_to_image_top1", \.textToImageTop1, "share",
      "of the batch's texts whose own picture scores highest; null in supervised training"),
    count("duplicates", \.duplicates, "pairs", "of the batch whose caption an earlier pair of the batch has too"),
  ]

  private static let times = [
    number("seconds", \.seconds, "s", "that the step took on worker 0, from data to update"),
    number("pairs_per_second", \.pairsPerSecond, "pairs/s", "of all workers: the batch by `seconds`"),
    number("data_seconds", \.dataSeconds, "s", "that worker 0 waited for pictures and captions"),
    number("encode_seconds", \.encodeSeconds, "s", "that worker 0's encoders took forward"),
    number("gather_seconds", \.gatherSeconds, "s", "that worker 0 waited for all workers' features"),
    number("loss_seconds", \.lossSeconds, "s", "that worker 0's tiles of the loss took, both passes"),
    number("backward_seconds", \.backwardSeconds, "s", "that worker 0's encoders took backward, re-encoding included"),
    number("reduce_seconds", \.reduceSeconds, "s", "that worker 0 waited for the sum of the gradients"),
    number("update_seconds", \.updateSeconds, "s", "that worker 0's optimizer took"),
  ]

  private static let machine = [
    count(
      "wire_bytes", \.wireBytes, "bytes",
      "of the step's collectives, 4 for each number that a call is about: the same on every worker, and on one alone"),
    count("peak_bytes", \.peakBytes, "bytes", "the most that worker 0's process has held in memory so far"),
    number(
      "gather_hidden_seconds", \.gatherHiddenSeconds, "s",
      "of worker 0's gathers that passed while it computed: not in `gather_seconds`"),
    number(
      "reduce_hidden_seconds", \.reduceHiddenSeconds, "s",
      "of worker 0's reduction that passed while it computed: not in `reduce_seconds`"),
  ]

  private static let beside = [
    number(
      "image_gradient_norm", \.imageGradientNorm, "", "of the image encoder's part of the gradient, before clipping"),
    number("text_gradient_norm", \.textGradientNorm, "", "of the text encoder's part of the gradient, before clipping"),
    number(
      "gradient_signal", \.gradientSignal, "",
      "this step's estimate of the true gradient's squared norm, from the lanes' gradients; rough, may be negative; "
        + "null with one lane"),
    number(
      "gradient_noise", \.gradientNoise, "",
      "this step's estimate of the variance of a pair's gradient, all its numbers together; likewise"),
    number(
      "noise_scale", \.noiseScale, "pairs",
      "up to which a larger batch saves steps about linearly: moving averages over some 100 steps of `gradient_noise` by "
        + "`gradient_signal` (McCandlish et al. 2018, A.1); null while one of them isn't above 0"),
    count("slowest_worker", \.slowestWorker, "", "the worker that computed longest, waits for others left out"),
    number("slowest_seconds", \.slowestSeconds, "s", "that the slowest worker computed"),
    count(
      "duplicate_images", \.duplicateImages, "pairs",
      "of the batch whose picture, the same file, an earlier pair of the batch has too"),
    count(
      "duplicate_labels", \.duplicateLabels, "pairs",
      "of the batch whose label an earlier pair of the batch has too; 0 where `batch.diversity` doesn't ask for it"),
    number(
      "effective_negatives", \.effectiveNegatives, "pairs",
      "of the batch that have neither a pair's caption nor its picture, in the mean: B − 1 without duplicates; null in "
        + "supervised training"),
    number("time", \.time, "s", "since 1970-01-01 00:00 UTC, by worker 0's clock, when the step ended"),
    number(
      "hard_negatives", \.hardNegatives, "captions",
      "given as wrong of a pair's picture, in the mean over the batch; null without `loss.hard_negatives`"),
  ]
}

extension MetricsField {
  /// The table as `METRICS.md` and a terminal show it.
  public static var help: String {
    let rows = all.map { "| `\($0.name)` | \($0.unit) | \($0.meaning) |" }
    return """
      `metrics.jsonl` has one JSON object a line and a line a step. A number that isn't finite, or isn't defined, is null.

      | field | unit | meaning |
      | --- | --- | --- |

      """ + rows.joined(separator: "\n") + "\n"
  }
}
