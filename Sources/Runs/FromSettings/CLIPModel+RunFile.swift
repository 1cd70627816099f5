import CLIP
import Engine
import Foundation
import Settings

extension CLIPModel {
  /// Sets scale and bias as a new run begins with them.
  func setLogits(_ loss: LossSection) throws(TrainingError) {
    let own = loss.logitScaleInit == nil ? configuration.initialLogScale : nil
    logScale.values.fill(Float(own ?? log(loss.initialScale)))
    guard logBias != nil || loss.kind != .sigmoid else { throw .noLogitBias }
    if let logBias, let initial = loss.initialBias { logBias.values.fill(Float(initial)) }
  }

  /// Sets what of them the run names itself, which counts for more than what the model was loaded with.
  func setNamedLogits(_ loss: LossSection) {
    if let scale = loss.logitScaleInit { logScale.values.fill(Float(log(scale))) }
    if let logBias, let initial = loss.logitBiasInit { logBias.values.fill(Float(initial)) }
  }
}

extension ModelSection {
  /// Loads the parameters that a new run begins with, where they aren't drawn.
  ///
  /// - Returns: what was resized, in words.
  package func load(into model: CLIPModel) throws -> [String] {
    let sources: [(Tower?, String?)] = [(nil, from), (.image, imageFrom), (.text, textFrom)]
    return try sources.flatMap { tower, path in try path.map { try model.load(tower, from: $0) } ?? [] }
  }

  /// The model whose pictures' mean and deviation the run takes; a safetensors file alone doesn't say.
  var preprocessingSource: String? {
    imageFrom.flatMap { (try? ModelDirectory($0).format) == nil ? nil : $0 }
      ?? from
  }
}
