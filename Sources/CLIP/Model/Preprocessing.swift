/// How a picture becomes what an encoder reads: in evaluation a square, then (byte / 255 − mean) / deviation by channel.
public struct Preprocessing: Sendable, Equatable {
  /// OpenCLIP's `resize_mode`: which side of a picture becomes the model's, `squash` for both, each by its own factor.
  public enum Resize: String, Sendable, CaseIterable {
    case shortest, longest, squash
  }

  public enum Interpolation: String, Sendable, CaseIterable {
    case bicubic, bilinear
  }

  public var mean: [Float]
  public var deviation: [Float]
  public var resize: Resize
  public var interpolation: Interpolation
  /// The grey beside a picture whose longest side is the model's.
  public var fill: UInt8
  /// Whether half a pixel of margin is cut off at the right and below, as Hugging Face crops; else at the even number, as
  /// torchvision does.
  public var cropsDown: Bool

  public init(
    mean: [Float], deviation: [Float], resize: Resize = .shortest, interpolation: Interpolation = .bicubic,
    fill: UInt8 = 0, cropsDown: Bool = false
  ) {
    (self.mean, self.deviation) = (mean, deviation)
    (self.resize, self.interpolation, self.fill, self.cropsDown) = (resize, interpolation, fill, cropsDown)
  }

  /// Whether numbers can be divided by this.
  static func isDeviation(_ value: Float) -> Bool { value > 0 && value.isNormal }

  /// What OpenAI trained with, and OpenCLIP by default.
  public static let openAI = Preprocessing(
    mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711])

  /// What SigLIP was trained with.
  public static let sigLIP = Preprocessing(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5], resize: .squash)
}

extension ModelConfiguration {
  /// How the pictures of published weights of such a model are prepared, where no file says it: SigLIP's, else OpenAI's.
  public var usualPreprocessing: Preprocessing { vision.tower is TimmViT ? .sigLIP : .openAI }
}
