import CLIP
import Engine
import Evaluation
import Foundation
import Settings

extension ModelConfiguration {
  /// The configuration that a run names, or that of the model that it starts from.
  package init(_ model: ModelSection) throws {
    self =
      switch model.config {
      case .file(let path)?: try ModelConfiguration(named: path)
      case .inline(let json)?: try ModelConfiguration(json: Data(json.utf8), from: "model.config")
      case nil: try ModelDirectory(model.from ?? "").configuration()
      }
  }
}

extension ModelConfiguration {
  /// The model that a run trains: the one it names, with the run's classes in the place of texts where it is supervised.
  package init(_ run: RunFile) throws {
    let named = try ModelConfiguration(run.model)
    if let classes = try run.classes() {
      if let from = run.model.from, try ModelDirectory(from).configuration().text.classes == nil {
        throw RunFileError.value(
          key: "model.from", found: from,
          must: "be a supervised model; model.image_from takes a CLIP model's image encoder")
      }
      let supervised = try named.supervised(by: classes.names)
      self = try run.distillation.teacher.map { try supervised.joiningTokens(for: $0) } ?? supervised
    } else if named.text.classes != nil {
      throw RunFileError.value(
        key: "model.from", found: run.model.from ?? "model.config",
        must: "have a text encoder unless objective is supervised")
    } else {
      self = named
    }
  }
}

extension RunFile {
  /// The classes that a supervised run learns; nil of others.
  func classes() throws -> ClassList? {
    guard objective == .supervised, let path = data.classes else { return nil }
    return try ClassList(file: path, label: data.label)
  }

  /// Throws where a chunk is too small for batch statistics.
  package func checkStatistics(_ configuration: ModelConfiguration) throws(RunFileError) {
    let fewest = configuration.vision.smallestChunk
    guard let chunk = batch.chunk, chunk < fewest, model.locks.image != 0 else { return }
    throw .value(
      key: "batch.chunk", found: "\(chunk)",
      must:
        "be at least \(fewest): at this picture size the image encoder's last batch statistics have one number a picture"
    )
  }

  /// Throws where groups of an encoder are to learn that has none.
  package func checkGroups(_ configuration: ModelConfiguration) throws(RunFileError) {
    for (tower, groups) in [(Tower.image, model.unlockedImageGroups), (.text, model.unlockedTextGroups)]
    where groups > 0 && !configuration.hasGroups(tower) {
      throw .value(
        key: "model.unlocked_\(tower)_groups", found: "\(groups)",
        must: "be 0: this \(tower) encoder is locked whole or not at all")
    }
  }

  /// Throws where numbers are to be left out of a text encoder that has no dropout, or that learns nothing.
  package func checkDropout(_ configuration: ModelConfiguration) throws(RunFileError) {
    guard model.textDropout > 0 else { return }
    let problem =
      !configuration.text.hasDropout
      ? "this text encoder has no dropout, only a BERT of at most 85 layers has"
      : model.learningTextGroups == 0 ? "the text encoder is locked whole" : nil
    if let problem {
      throw .value(key: "model.text_dropout", found: "\(model.textDropout)", must: "be 0: \(problem)")
    }
  }
}
