/// One of a model's two encoders, as parameter names tell them apart.
public enum Tower: String, Sendable, CaseIterable {
  case image, text

  /// What belongs to both.
  private static let shared: Set = ["logit_scale", "logit_bias"]

  /// OpenCLIP keeps pictures' parameters below `visual`; texts' are all others, below `text` or at the top of the tree.
  public func owns(_ name: String) -> Bool {
    switch self {
    case .image: name.hasPrefix("visual.")
    case .text: !name.hasPrefix("visual.") && !Self.shared.contains(name)
    }
  }
}
