import Foundation
import Safetensors

/// ln u of every sample's picture and caption, as `GlobalContrastiveLoss` follows it; −∞ until a sample is seen.
///
/// Every worker holds all of them, since a sample comes to another worker each epoch; what changes in a step is
/// gathered.
public final class SampleEstimates {
  public private(set) var logImages: [Float]
  public private(set) var logTexts: [Float]

  public var count: Int { logImages.count }

  /// No sample is seen yet.
  ///
  /// - Parameter count: pairs of the training data.
  public init(count: Int) {
    logImages = [Float](repeating: -.infinity, count: count)
    logTexts = logImages
  }

  /// A sample that stands in the batch twice keeps its last row's.
  package func set(images: some Sequence<Float>, texts: some Sequence<Float>, of samples: [Int]) {
    for (sample, value) in zip(samples, images) { logImages[sample] = value }
    for (sample, value) in zip(samples, texts) { logTexts[sample] = value }
  }

  private static let file = "loss_state.safetensors"
  private static let (images, texts) = ("log_u_image", "log_u_text")

  /// Writes the file of a checkpoint's directory.
  public func save(in directory: String) throws {
    try logImages.withUnsafeBufferPointer { images in
      try logTexts.withUnsafeBufferPointer { texts in
        try SafetensorsWriter.write(
          [(Self.images, [count], images), (Self.texts, [count], texts)], to: "\(directory)/\(Self.file)")
      }
    }
  }

  /// Reads it back. A checkpoint without it was trained with another loss: then every sample counts as not seen.
  public func load(from directory: String) throws {
    let path = "\(directory)/\(Self.file)"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let file = try SafetensorsFile(reading: path)
    try logImages.withUnsafeMutableBufferPointer { try file.copy(Self.images, into: $0) }
    try logTexts.withUnsafeMutableBufferPointer { try file.copy(Self.texts, into: $0) }
  }
}
