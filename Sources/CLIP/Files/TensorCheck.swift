import Safetensors

/// A tensor as a model wants it.
package struct WantedTensor {
  package let name: String
  package let shape: [Int]

  package init(name: String, shape: [Int]) { (self.name, self.shape) = (name, shape) }

  /// Whether a tensor of this shape will do: the scale is written as [], [1] or [1, 1].
  func accepts(_ found: [Int]) -> Bool { found == shape || shape.isEmpty && found.allSatisfy { $0 == 1 } }
}

/// A tensor of another shape than the model's.
public struct MisshapenTensor: Sendable, Equatable, CustomStringConvertible {
  public let name: String
  public let found: [Int]
  public let expected: [Int]

  public var description: String { "\(name) as \(found) (\(expected) in the model)" }
}

/// What a file of weights has and a model wants, compared.
package struct TensorCheck {
  package let missing: [String]
  package let extra: [String]
  package let misshapen: [MisshapenTensor]

  /// - Parameter ignored: names that may be in the file and are of no account.
  package init(
    _ wanted: [WantedTensor], in entries: [String: SafetensorsFile.Entry],
    ignoring ignored: (String) -> Bool = { _ in false }
  ) {
    let names = Set(wanted.map(\.name))
    missing = names.subtracting(entries.keys).sorted()
    extra = entries.keys.filter { !names.contains($0) && !ignored($0) }.sorted()
    misshapen = wanted.sorted { $0.name < $1.name }.compactMap { tensor in
      guard let found = entries[tensor.name]?.shape, !tensor.accepts(found) else { return nil }
      return MisshapenTensor(name: tensor.name, found: found, expected: tensor.shape)
    }
  }

  package var passes: Bool { missing.isEmpty && extra.isEmpty && misshapen.isEmpty }

  /// Throws unless the file holds what is wanted, in those shapes, and nothing else.
  package func require(of path: String) throws(ModelDirectoryError) {
    guard passes else { throw .tensors(path: path, missing: missing, extra: extra, misshapen: misshapen) }
  }
}

/// The first few of some items, and how many more there are, in words.
func listed(_ items: [String]) -> String {
  items.prefix(5).joined(separator: ", ") + (items.count > 5 ? " and \(items.count - 5) more" : "")
}
