import Files
import Foundation

/// The tensors of one safetensors file, or of several that Hugging Face's index binds together:
///
///     {"metadata": {…}, "weight_map": {"a tensor's name": "model-00001-of-00002.safetensors", …}}
///
/// The index comes from anywhere, like the files: it may name files of its own directory only, each tensor is in the
/// file that it says, and no file holds another.
public struct SafetensorsShards: TensorSource {
  /// The path of the one file, or of the index.
  public let path: String
  /// All tensors by name.
  public let entries: [String: SafetensorsFile.Entry]
  private let files: [SafetensorsFile]
  private let owners: [String: Int]

  /// Opens one file.
  ///
  /// - Throws: what is wrong with it, as `SafetensorsFile` does.
  public init(file path: String) throws(SafetensorsError) {
    let file = try SafetensorsFile(reading: path)
    (self.path, files, entries) = (path, [file], file.entries)
    owners = file.entries.mapValues { _ in 0 }
  }

  /// Opens the files that an index names, `model.safetensors.index.json`.
  ///
  /// - Throws: what is wrong with the index or with a file, or where they disagree.
  public init(index path: String) throws(SafetensorsError) {
    let shardOf = try Self.weightMap(path)
    let directory = parentDirectory(path)
    let names = Set(shardOf.values).sorted()
    var (files, owners): ([SafetensorsFile], [String: Int]) = ([], [:])
    var entries: [String: SafetensorsFile.Entry] = [:]
    for (number, name) in names.enumerated() {
      let file = try SafetensorsFile(reading: directory.isEmpty ? name : directory + "/" + name)
      for (tensor, entry) in file.entries {
        guard shardOf[tensor] == name else { throw file.problem(.notInIndex(name: tensor)) }
        (owners[tensor], entries[tensor]) = (number, entry)
      }
      files.append(file)
    }
    if let lost = shardOf.keys.filter({ owners[$0] == nil }).min() {
      throw SafetensorsError(path: path, problem: .missing(name: lost))
    }
    (self.path, self.files, self.owners, self.entries) = (path, files, owners, entries)
  }

  /// Overwrites `values` with those of the tensor, which must have as many.
  public func copy(_ name: String, into values: UnsafeMutableBufferPointer<Float>) throws(SafetensorsError) {
    try file(of: name).copy(name, into: values)
  }

  /// The values of an F32, F16, BF16, F64 or I64 tensor, row-major, as f32.
  public func floats(_ name: String) throws(SafetensorsError) -> [Float] { try file(of: name).floats(name) }

  private func file(of name: String) throws(SafetensorsError) -> SafetensorsFile {
    guard let owner = owners[name] else { throw SafetensorsError(path: path, problem: .missing(name: name)) }
    return files[owner]
  }

  private static func weightMap(_ path: String) throws(SafetensorsError) -> [String: String] {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw SafetensorsError(path: path, problem: .cannotRead(reason: error.localizedDescription))
    }
    let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    guard let map = object?["weight_map"] as? [String: String], !map.isEmpty else {
      throw SafetensorsError(path: path, problem: .index(reason: "no weight_map of names to files"))
    }
    if let name = map.values.first(where: { $0.contains("/") || $0.hasPrefix(".") || !$0.hasSuffix(".safetensors") }) {
      throw SafetensorsError(
        path: path, problem: .index(reason: "“\(name)” is no name of a .safetensors file beside it"))
    }
    return map
  }
}
