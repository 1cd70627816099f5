import CLIP
import Engine
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
    if let teacher = distillation.teacher, model.locks.image == 0 {
      throw .value(
        key: "distillation.teacher", found: teacher,
        must: "be null where model.lock_image leaves nothing of the image encoder to learn")
    }
  }
}

extension RunFile {
  /// Throws where a chunk is too small for batch statistics.
  func checkStatistics(_ configuration: ModelConfiguration) throws(RunFileError) {
    let fewest = configuration.vision.smallestChunk
    guard let chunk = batch.chunk, chunk < fewest, model.locks.image != 0 else { return }
    throw .value(
      key: "batch.chunk", found: chunk.yaml,
      must:
        "be at least \(fewest): at this picture size the image encoder's last batch statistics have one number a picture"
    )
  }

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
  ///
  /// - Returns: what was resized, in words.
  func load(into model: CLIPModel) throws -> [String] {
    let sources: [(Tower?, String?)] = [(nil, from), (.image, imageFrom), (.text, textFrom)]
    return try sources.flatMap { tower, path in try path.map { try model.load(tower, from: $0) } ?? [] }
  }

  /// The model whose pictures' mean and deviation the run takes; a safetensors file alone doesn't say.
  var preprocessingSource: String? {
    imageFrom.flatMap { (try? ModelDirectory($0).format) == nil ? nil : $0 }
      ?? from
  }
}
