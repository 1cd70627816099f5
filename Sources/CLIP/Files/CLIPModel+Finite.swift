import Engine
import Foundation

extension CLIPModel {
  /// Throws for the first tensor, of the model or of one tower, that holds what isn't a finite number, and for a scale that
  /// isn't one: everything that such a model says is NaN.
  ///
  /// - Parameter path: what the values were read from.
  func requireFinite(_ tower: Tower? = nil, of path: String) throws(ModelDirectoryError) {
    for declaration in parameters.declarations where tower == nil || declaration.tower == tower {
      guard parameters.part(declaration, of: parameters.values).isFinite else {
        throw .notFinite(path: path, name: declaration.name, what: "holds numbers that aren't finite")
      }
    }
    guard tower == nil, !scale.isFinite else { return }
    throw .notFinite(
      path: path, name: "logit_scale",
      what:
        "is \(logScale.values.array[0]), a logarithm whose exponential, what cosines are multiplied by, isn't finite")
  }
}
