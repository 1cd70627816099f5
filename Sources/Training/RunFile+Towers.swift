import CLIP
import Foundation

extension RunFile.Model {
  var locks: TowerLocks {
    TowerLocks(image: lockImage ? unlockedImageGroups : nil, text: lockText ? unlockedTextGroups : nil)
  }
}

extension RunFile {
  /// Throws unless the locks make sense together.
  func checkLocks() throws(RunFileError) {
    for (name, locked, groups) in [
      ("image", model.lockImage, model.unlockedImageGroups), ("text", model.lockText, model.unlockedTextGroups),
    ] where !locked && groups > 0 {
      throw .value(
        key: "model.unlocked_\(name)_groups", found: groups.yaml, must: "be 0 unless model.lock_\(name) is true")
    }
    if model.locks == TowerLocks(image: 0, text: 0) { throw .allLocked }
  }
}

extension RunFile {
  /// Throws where groups of an encoder are to learn that has none.
  func checkGroups(_ configuration: ModelConfiguration) throws(RunFileError) {
    for (tower, groups) in [(Tower.image, model.unlockedImageGroups), (.text, model.unlockedTextGroups)]
    where groups > 0 && !configuration.hasGroups(tower) {
      throw .value(
        key: "model.unlocked_\(tower)_groups", found: groups.yaml,
        must: "be 0: this \(tower) encoder is locked whole or not at all")
    }
  }
}

extension RunFile.Model {
  /// The parameters that a new run begins with, where they aren't drawn.
  func load(into model: CLIPModel) throws {
    if let from { try ModelDirectory(from).loadWeights(into: model) }
    if let imageFrom { try model.load(.image, from: imageFrom) }
    if let textFrom { try model.load(.text, from: textFrom) }
  }

  /// The model whose pictures' mean and deviation the run takes; a safetensors file alone doesn't say.
  var preprocessingSource: String? {
    imageFrom.flatMap { (try? ModelDirectory($0).format) == nil ? nil : $0 }
      ?? from
  }
}
