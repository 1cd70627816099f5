import Files
import Foundation
import Safetensors
import TorchFiles

/// Files of weights, under the names that they go by.
enum WeightFile {
  /// OpenCLIP's and PyTorch's, those that OpenCLIP itself takes first before others.
  static let preferred = [
    ModelDirectory.weightsFile, "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin",
    "open_clip_pytorch_model.pth", "model.safetensors", "pytorch_model.bin", "pytorch_model.pth", "model.pth",
  ]

  /// Opens a file of any format, told by how it begins, since names deceive.
  static func open(_ path: String) throws -> any TensorSource {
    if try isTorch(path) { return try TorchFile(reading: path) }
    return try SafetensorsFile(reading: path)
  }

  /// The file of weights in a directory.
  ///
  /// - Throws: where there is none, or there are several of other names.
  static func find(in directory: String) throws(ModelDirectoryError) -> String {
    let names = Set((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
    if let name = preferred.first(where: names.contains) { return directory + "/" + name }
    let others = names.filter { $0.hasSuffix(".safetensors") || TorchFile.isNamed($0) }.sorted()
      .filter { !["training_state.safetensors", "loss_state.safetensors"].contains($0) }
    guard let name = others.first else { throw .missing(path: directory + "/" + ModelDirectory.weightsFile) }
    guard others.count == 1 else { throw .severalWeights(directory: directory, names: others) }
    return directory + "/" + name
  }

  /// A zip archive, or what PyTorch wrote before those.
  ///
  /// - Throws: where there is something that is no regular file, from which reading might wait for ever.
  private static func isTorch(_ path: String) throws(FileError) -> Bool {
    let file: ReadOnlyFile
    do throws(FileError) { file = try ReadOnlyFile(path) } catch {
      if case .missing = error { return TorchFile.isNamed(path) }
      throw error
    }
    guard file.size >= 4 else { return TorchFile.isNamed(path) }
    let start = try file.read(0..<4)
    return start.elementsEqual([0x50, 0x4B, 3, 4]) || start.starts(with: [0x80, 2]) && TorchFile.isNamed(path)
  }
}
