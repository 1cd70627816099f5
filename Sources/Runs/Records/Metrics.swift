/// What one step was: a row of `metrics.jsonl`. What each field means says `MetricsField.all`.
///
/// A number that isn't finite, or isn't defined, is written as null and read as NaN, as is one that an older run didn't
/// write.
public struct Metrics: Sendable {
  public var step = 0
  public var samples = 0
  public var epoch = 0.0
  public var loss = 0.0
  public var logitScale = 0.0
  public var learningRate = 0.0
  public var gradientNorm = 0.0
  public var imageToTextTop1 = 0.0
  public var textToImageTop1 = 0.0
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
  public var wireBytes = 0
  public var peakBytes = 0
  public var gatherHiddenSeconds = 0.0
  public var reduceHiddenSeconds = 0.0
  public var imageGradientNorm = 0.0
  public var textGradientNorm = 0.0
  public var gradientSignal = 0.0
  public var gradientNoise = 0.0
  public var noiseScale = 0.0
  public var slowestWorker = 0
  public var slowestSeconds = 0.0
  public var duplicateImages = 0
  public var duplicateLabels = 0
  public var effectiveNegatives = 0.0
  public var time = Double.nan
  public var hardNegatives = Double.nan

  public init() {}
}

extension Metrics {
  /// The mean of both directions, or of pictures alone where there are no texts.
  var top1: Double {
    textToImageTop1.isFinite ? (imageToTextTop1 + textToImageTop1) / 2 : imageToTextTop1
  }
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
    for field in MetricsField.all {
      let key = Key(stringValue: field.name)
      switch field.place {
      case .count(let path): self[keyPath: path] = try row.decodeIfPresent(Int.self, forKey: key) ?? 0
      case .number(let path): self[keyPath: path] = try row.decodeIfPresent(Double.self, forKey: key) ?? .nan
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: Key.self)
    for field in MetricsField.all {
      let key = Key(stringValue: field.name)
      switch field.place {
      case .count(let path): try row.encode(self[keyPath: path], forKey: key)
      case .number(let path):
        let value = self[keyPath: path]
        try row.encode(value.isFinite ? value : nil, forKey: key)
      }
    }
  }

  /// The row as JSON with its fields in the order of the table; Foundation's encoder keeps no order.
  package var line: String {
    let fields = MetricsField.all.map { field in
      switch field.place {
      case .count(let path): "\"\(field.name)\":\(self[keyPath: path])"
      case .number(let path): "\"\(field.name)\":\(self[keyPath: path].isFinite ? "\(self[keyPath: path])" : "null")"
      }
    }
    return "{" + fields.joined(separator: ",") + "}"
  }
}
