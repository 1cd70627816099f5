import Engine

/// Towers that stay as they are, all but their last groups: locked-image tuning and its like.
///
/// A group is, counted from the end: the projection; the last block with the norm after it; each block before; the
/// embeddings. A Hugging Face encoder has no norm after it, and its projection always learns: its groups are its layers
/// and its embeddings. CoCa's pool of pictures is in none: it learns only where its tower isn't locked. SigLIP's picture
/// tower has no projection: its pool and last norm are what other towers' projection is. A network of convolutions is one
/// group. Which parameter is in which is said where it is
/// declared.
///
/// - Source: Zhai et al., “LiT”, 2022; OpenCLIP's `lock_image_tower`, `lock_text_tower`, `HFTextEncoder.lock`.
public struct TowerLocks: Sendable, Equatable {
  /// How many of the image tower's last groups learn, all where there are fewer; nil where it isn't locked.
  public var image: Int?
  /// How many of the text tower's last groups learn, all where there are fewer; nil where it isn't locked.
  public var text: Int?

  public init(image: Int? = nil, text: Int? = nil) {
    self.image = image
    self.text = text
  }

  /// Whether these locks keep a parameter as it is.
  package func locks(_ declaration: Parameters.Declaration) -> Bool {
    guard let tower = declaration.tower, let group = declaration.lockGroup else { return false }
    let learning = tower == .image ? image : text
    return learning.map { group >= $0 } ?? false
  }
}

extension ModelConfiguration {
  /// Whether a tower has groups that can learn while others are locked: a stack of blocks has, a ResNet hasn't.
  public func hasGroups(_ tower: Tower) -> Bool {
    Set(parameterDeclarations.filter { $0.tower == tower }.compactMap(\.lockGroup)).count > 1
  }
}
