/// How a picture's bytes become numbers: (byte / 255 − mean) / deviation, by channel.
public struct Preprocessing: Sendable, Equatable {
  public var mean: [Float]
  public var deviation: [Float]

  public init(mean: [Float], deviation: [Float]) {
    self.mean = mean
    self.deviation = deviation
  }

  /// Whether numbers can be divided by this.
  static func isDeviation(_ value: Float) -> Bool { value > 0 && value.isNormal }

  /// The mean and deviation that OpenAI trained with, and OpenCLIP by default.
  public static let openAI = Preprocessing(
    mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711])
}
