import Engine
import Foundation
import Safetensors
import TorchFiles

/// What a model's files hold, without computing with it.
public struct ModelInventory {
  public enum Kind: String, Sendable, Encodable {
    case openCLIP = "openclip"
    case huggingFace = "hugging-face"
    case configuration
    case tensors = "safetensors"
    case torch = "pytorch"
  }

  /// What a tensor is part of.
  public enum Part: Sendable { case image, text, neither }

  public struct Tensor: Sendable {
    public let name: String
    public let shape: [Int]
    /// How its numbers are stored; nil where there is a configuration only.
    public let type: ElementType?

    public var count: Int { shape.reduce(1, *) }

    /// Whether it is learned: running averages, their counts and the numbers of positions aren't.
    public var isParameter: Bool {
      !["running_mean", "running_var", "num_batches_tracked", "position_ids"].contains {
        name.hasSuffix(".\($0)")
      }
    }

    public var part: Part {
      switch Tower(guessedFrom: name) {
      case .image: .image
      case .text: .text
      case nil: .neither
      }
    }
  }

  public let kind: Kind
  public let tensors: [Tensor]
  /// What the model is; nil for a file of tensors alone.
  public let configuration: ModelConfiguration?
  /// How the tensors differ from what the configuration asks for.
  public let problem: ModelDirectoryError?

  /// - Parameter path: a model directory of either format, a checkpoint, a configuration or its name, or a file of
  ///   tensors.
  public init(of path: String) throws {
    if path.hasSuffix(".safetensors") || TorchFile.isNamed(path) {
      try self.init(file: path)
    } else if path.hasSuffix(".json") || !FileManager.default.fileExists(atPath: path) && !path.contains("/") {
      let isTheirs = HuggingFaceConfiguration.isMeant(path)
      try self.init(
        configuration: isTheirs ? HuggingFaceConfiguration.read(path) : ModelConfiguration(named: path))
    } else {
      try self.init(directory: ModelDirectory(path))
    }
  }

  private init(file path: String) throws {
    let file = try WeightFile.open(path)
    (kind, configuration, problem) = (file is TorchFile ? .torch : .tensors, nil, nil)
    tensors = file.entries.values.sorted { $0.name < $1.name }.map {
      Tensor(name: $0.name, shape: $0.shape, type: $0.type)
    }
  }

  private init(configuration: ModelConfiguration) throws {
    (kind, problem) = (.configuration, nil)
    self.configuration = configuration
    tensors = configuration.parameterDeclarations.map {
      Tensor(name: $0.name, shape: $0.shape, type: nil)
    }
  }

  private init(directory: ModelDirectory) throws {
    let configuration = try directory.configuration()
    let weights = try directory.weights(of: configuration.parameterLayout())
    let files = weights.files
    self.configuration = configuration
    kind = try directory.format == .openCLIP ? .openCLIP : .huggingFace
    do throws(ModelDirectoryError) {
      try weights.require()
      problem = nil
    } catch { problem = error }
    let names = weights.wanted.map(\.name).filter { files.entries[$0] != nil }
    let others = Set(files.entries.keys).subtracting(names).sorted()
    tensors = (names + others).compactMap { name in
      files.entries[name].map { Tensor(name: name, shape: $0.shape, type: $0.type) }
    }
  }

  /// Numbers that are learned, in a part or in all.
  public func parameters(_ part: Part? = nil) -> Int {
    tensors.filter { $0.isParameter && (part == nil || $0.part == part) }.reduce(0) { $0 + $1.count }
  }
}
