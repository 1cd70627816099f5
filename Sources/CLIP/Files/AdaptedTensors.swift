import Engine
import Safetensors

/// A file's tensors under the names that a model has for them, where OpenCLIP's own loader mends the names too.
///
/// - Source: OpenCLIP, `factory.py`, `load_checkpoint`; `model.py`, `convert_to_custom_text_state_dict`.
struct AdaptedTensors: TensorSource {
  let entries: [String: SafetensorsFile.Entry]
  /// Parameters that the file doesn't hold and that begin as in a new model.
  let filled: [Parameters.Declaration]
  private let source: any TensorSource
  /// The file's name of a tensor, by the model's.
  private let stored: [String: String]
  /// How many tensors are CoCa's decoder's, which is left aside.
  private let decoderCount: Int

  var path: String { source.path }

  init(_ source: any TensorSource, for layout: ParameterLayout) {
    let wanted = Set(layout.declarations.map(\.name))
    var stored: [String: String] = [:]
    let all = Self.withoutModule(Array(source.entries.keys))
    let names = all.filter { !$0.key.hasPrefix(Self.decoder) }
    decoderCount = all.count - names.count
    let isFlat = names.keys.contains("positional_embedding") && !wanted.contains("positional_embedding")
    for (name, theirs) in names where name != Self.positionNumbers || wanted.contains(name) {
      stored[isFlat && Self.isText(name) ? "text." + name : name] = theirs
    }
    self.source = source
    self.stored = stored
    entries = Dictionary(
      uniqueKeysWithValues: stored.compactMap { name, theirs in
        source.entries[theirs].map { entry in
          (name, SafetensorsFile.Entry(name: name, type: entry.type, shape: entry.shape, range: entry.range))
        }
      })
    // A file of nothing that is known is of another model, whatever could be filled in.
    filled = layout.declarations.filter { stored[$0.name] == nil && ($0.role == .counter || $0.name == "logit_bias") }
  }

  func copy(_ name: String, into values: UnsafeMutableBufferPointer<Float>) throws {
    try source.copy(stored[name] ?? name, into: values)
  }

  /// What is worth telling of `filled`.
  var note: String? {
    let notes = [
      filled.contains { $0.name == "logit_bias" }
        ? "\(path) has no logit_bias: it begins at the model's init_logit_bias" : nil,
      decoderCount > 0 ? "\(path): CoCa's two encoders are taken, its decoder's \(decoderCount) tensors aren't" : nil,
    ].compactMap { $0 }
    return notes.isEmpty ? nil : notes.joined(separator: "\n")
  }

  private static let decoder = "text_decoder."

  /// Older transformers also saved the positions' numbers, 0, 1, 2, ….
  private static let positionNumbers = "text.transformer.embeddings.position_ids"

  private static let textNames = [
    "text_projection", "positional_embedding", "token_embedding", "transformer", "ln_final",
  ]

  private static func isText(_ name: String) -> Bool { textNames.contains(where: name.hasPrefix) }

  /// Without the prefix that `DistributedDataParallel` gives all names: theirs by those.
  private static func withoutModule(_ names: [String]) -> [String: String] {
    let prefix = "module."
    let isWrapped = !names.isEmpty && names.allSatisfy { $0.hasPrefix(prefix) }
    return Dictionary(
      uniqueKeysWithValues: names.map { (isWrapped ? String($0.dropFirst(prefix.count)) : $0, $0) })
  }
}
