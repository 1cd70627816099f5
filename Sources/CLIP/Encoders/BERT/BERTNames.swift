/// How a checkpoint names BERT's parameters.
struct BERTNames {
  /// What OpenCLIP's names of the tower's parameters begin with.
  static let tower = "text.transformer."

  let names: Set<String>

  init(in names: Set<String>) { self.names = names }

  /// The name in the file of a parameter of ours, nil where there is none.
  func stored(_ name: String) -> String? {
    let own = String(name.dropFirst(Self.tower.count))
    // Files that came from TensorFlow say gamma and beta.
    let old =
      own.contains("LayerNorm.")
      ? own.replacing("LayerNorm.weight", with: "LayerNorm.gamma").replacing("LayerNorm.bias", with: "LayerNorm.beta")
      : own
    return ["", "bert.", "roberta."].flatMap { [$0 + own, $0 + old] }.first(where: names.contains)
  }
}
