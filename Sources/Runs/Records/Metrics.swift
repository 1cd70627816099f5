import Foundation

/// What one step was: a row of `metrics.jsonl`. Times are worker 0's, in seconds.
///
/// A number that isn't finite is written as null and read as NaN, as is one that an older run didn't write.
public struct Metrics: Sendable {
  /// Steps done, this one included: the first row is 1.
  public var step = 0
  /// Pairs seen, this step's included.
  public var samples = 0
  /// `samples` as passes over the data.
  public var epoch = 0.0
  public var loss = 0.0
  /// What cosines were multiplied by: the factor itself, not its logarithm.
  public var logitScale = 0.0
  public var learningRate = 0.0
  /// The norm of the whole gradient, before clipping.
  public var gradientNorm = 0.0
  /// Share of the batch's pictures whose own text scores higher than any other that the loss compares them with. A tie
  /// is no hit, as in evaluation: a model that says the same of everything has 0. (Pairs of the same caption tie, unless
  /// loss.duplicates leaves them out.)
  public var imageToTextTop1 = 0.0
  public var textToImageTop1 = 0.0
  /// Pairs of the batch whose caption an earlier pair of the batch has too.
  public var duplicates = 0
  public var seconds = 0.0
  public var pairsPerSecond = 0.0
  public var dataSeconds = 0.0
  public var encodeSeconds = 0.0
  public var gatherSeconds = 0.0
  public var lossSeconds = 0.0
  public var backwardSeconds = 0.0
  public var reduceSeconds = 0.0
  public var updateSeconds = 0.0
  /// Logical bytes of the step's collectives, see `Traffic`: the same on every worker, and on one alone.
  public var wireBytes = 0
  /// Most memory that worker 0's process ever held.
  public var peakBytes = 0
  /// Seconds of gathers and of the reduction that passed while worker 0 computed: not in `gatherSeconds`,
  /// `reduceSeconds`.
  public var gatherHiddenSeconds = 0.0
  public var reduceHiddenSeconds = 0.0
  /// Norms of the encoders' parts of the gradient, before clipping.
  public var imageGradientNorm = 0.0
  public var textGradientNorm = 0.0
  /// What the lanes' gradients tell of signal and noise: see `NoiseScale`.
  public var gradientSignal = 0.0
  public var gradientNoise = 0.0
  public var noiseScale = 0.0
  /// The worker that computed longest, and how long: see `WorkerAccount.ownSeconds`.
  public var slowestWorker = 0
  public var slowestSeconds = 0.0
  /// Pairs of the batch whose picture, the same file, an earlier pair of the batch has too.
  public var duplicateImages = 0

  public init() {}
}

/// A field's place in a row: the table drives writing and reading, in the order of the file.
private enum MetricsField: Sendable {
  case count(any WritableKeyPath<Metrics, Int> & Sendable)
  case number(any WritableKeyPath<Metrics, Double> & Sendable)

  static let all: [(name: String, field: MetricsField)] = [
    ("step", .count(\.step)), ("samples", .count(\.samples)), ("epoch", .number(\.epoch)),
    ("loss", .number(\.loss)), ("logit_scale", .number(\.logitScale)),
    ("learning_rate", .number(\.learningRate)), ("gradient_norm", .number(\.gradientNorm)),
    ("image_to_text_top1", .number(\.imageToTextTop1)), ("text_to_image_top1", .number(\.textToImageTop1)),
    ("duplicates", .count(\.duplicates)), ("seconds", .number(\.seconds)),
    ("pairs_per_second", .number(\.pairsPerSecond)), ("data_seconds", .number(\.dataSeconds)),
    ("encode_seconds", .number(\.encodeSeconds)), ("gather_seconds", .number(\.gatherSeconds)),
    ("loss_seconds", .number(\.lossSeconds)), ("backward_seconds", .number(\.backwardSeconds)),
    ("reduce_seconds", .number(\.reduceSeconds)), ("update_seconds", .number(\.updateSeconds)),
    ("wire_bytes", .count(\.wireBytes)), ("peak_bytes", .count(\.peakBytes)),
    ("gather_hidden_seconds", .number(\.gatherHiddenSeconds)),
    ("reduce_hidden_seconds", .number(\.reduceHiddenSeconds)),
    ("image_gradient_norm", .number(\.imageGradientNorm)), ("text_gradient_norm", .number(\.textGradientNorm)),
    ("gradient_signal", .number(\.gradientSignal)), ("gradient_noise", .number(\.gradientNoise)),
    ("noise_scale", .number(\.noiseScale)), ("slowest_worker", .count(\.slowestWorker)),
    ("slowest_seconds", .number(\.slowestSeconds)), ("duplicate_images", .count(\.duplicateImages)),
  ]
}

extension Metrics: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: Key.self)
    for (name, field) in MetricsField.all {
      let key = Key(stringValue: name)
      switch field {
      case .count(let path): self[keyPath: path] = try row.decodeIfPresent(Int.self, forKey: key) ?? 0
      case .number(let path): self[keyPath: path] = try row.decodeIfPresent(Double.self, forKey: key) ?? .nan
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: Key.self)
    for (name, field) in MetricsField.all {
      let key = Key(stringValue: name)
      switch field {
      case .count(let path): try row.encode(self[keyPath: path], forKey: key)
      case .number(let path):
        let value = self[keyPath: path]
        try row.encode(value.isFinite ? value : nil, forKey: key)
      }
    }
  }

  /// The row as JSON with its fields in the order of the table; Foundation's encoder keeps no order.
  package var line: String {
    let fields = MetricsField.all.map { name, field in
      switch field {
      case .count(let path): "\"\(name)\":\(self[keyPath: path])"
      case .number(let path): "\"\(name)\":\(self[keyPath: path].isFinite ? "\(self[keyPath: path])" : "null")"
      }
    }
    return "{" + fields.joined(separator: ",") + "}"
  }
}
