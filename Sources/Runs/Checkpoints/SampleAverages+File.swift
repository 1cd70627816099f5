import Foundation
import Safetensors
import Training

extension SampleAverages {
  private static let file = "loss_state.safetensors"
  private static let (images, texts) = ("log_u_image", "log_u_text")

  /// Writes the file of a checkpoint's directory.
  package func save(in directory: String) throws {
    try logImages.withUnsafeBufferPointer { images in
      try logTexts.withUnsafeBufferPointer { texts in
        try SafetensorsWriter.write(
          [(Self.images, [count], images), (Self.texts, [count], texts)], to: "\(directory)/\(Self.file)")
      }
    }
  }

  /// Reads it back. A checkpoint without it was trained with another loss: then every sample counts as not seen.
  package func load(from directory: String) throws {
    let path = "\(directory)/\(Self.file)"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let file = try SafetensorsFile(reading: path)
    func numbers(_ name: String) throws -> [Float] {
      var numbers = [Float](repeating: 0, count: count)
      try numbers.withUnsafeMutableBufferPointer { try file.copy(name, into: $0) }
      return numbers
    }
    set(images: try numbers(Self.images), texts: try numbers(Self.texts), of: 0..<count)
  }
}
