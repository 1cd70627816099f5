import Engine

/// Towers that stay as they are, all but their last groups: locked-image tuning and its like.
///
/// A group is, counted from the end: the projection; the last block with the norm after it; each block before; the
/// embeddings. A Hugging Face encoder has no norm after it, and its projection always learns: its groups are its layers and
/// its embeddings.
///
/// - Source: Zhai et al., “LiT”, 2022; OpenCLIP's `lock_image_tower`, `lock_text_tower`, `HFTextEncoder.lock`.
public struct TowerLocks: Sendable, Equatable {
  /// How many of the last groups learn in a locked tower; nil where it isn't locked. More than there are: all.
  public var image: Int?
  public var text: Int?

  public init(image: Int? = nil, text: Int? = nil) {
    self.image = image
    self.text = text
  }

  /// Those of a model's parameters that are locked.
  package func locked(_ names: [String]) -> Set<String> {
    var locked: Set<String> = []
    for (tower, unlocked) in [(Tower.image, image), (.text, text)] {
      guard let unlocked else { continue }
      let mine = names.filter(tower.owns)
      let blocks = 1 + (mine.compactMap(blockNumber).max() ?? -1)
      locked.formUnion(mine.filter { depth($0, blocks: blocks) >= unlocked })
    }
    return locked
  }
}

extension ModelConfiguration {
  /// Whether a tower has groups that can learn while others are locked: a stack of blocks has, a ResNet hasn't.
  public func hasGroups(_ tower: Tower) -> Bool {
    let parameters = Parameters()
    switch tower {
    case .image: _ = vision.encoder(Scope(parameters) / "visual", self)
    case .text: _ = text.encoder(Scope(parameters), self)
    }
    return parameters.declarations.contains { blockNumber($0.name) != nil }
  }
}

/// The group's number from the end.
private func depth(_ name: String, blocks: Int) -> Int {
  let path = name.split(separator: ".").drop { ["visual", "text", "trunk"].contains($0) }
  let (root, child) = (path.first ?? "", path.dropFirst().first ?? "")
  switch root {
  // Hugging Face's `text.transformer.embeddings…`, `.encoder.layer.0…`, `.pooler…`, and OpenCLIP's `text.proj` on it.
  case "transformer" where child == "pooler": return 0
  case "transformer" where child == "encoder": return blocks - 1 - (blockNumber(name) ?? 0)
  case "transformer" where child == "embeddings": return blocks
  case "proj" where name.hasPrefix("text."): return -1
  case "proj", "proj_dist", "text_projection", "head", "head_dist": return 0
  case "ln_post", "ln_final", "norm", "fc_norm": return 1
  default: return blockNumber(name).map { blocks - $0 } ?? blocks + 1
  }
}

/// Which of a transformer's blocks a parameter is of: those of OpenCLIP, timm and Hugging Face.
private func blockNumber(_ name: String) -> Int? {
  let path = name.split(separator: ".")
  guard let at = path.firstIndex(where: { ["resblocks", "blocks", "layer"].contains($0) }) else { return nil }
  return at + 1 < path.count ? Int(path[at + 1]) : nil
}
