import Engine
import Foundation

extension CLIPModel {
  /// Throws for the first tensor, of the model or of one tower, that holds what isn't a finite number, and for a scale that
  /// isn't one: everything that such a model says is NaN.
  ///
  /// - Parameter path: what the values were read from.
  func requireFinite(_ tower: Tower? = nil, of path: String) throws(ModelDirectoryError) {
    try requireFinite(tower, values: parameters.values, of: path)
    guard tower == nil, !scale.isFinite else { return }
    throw .notFinite(
      path: path, name: "logit_scale",
      what:
        "is \(logScale.values.array[0]), a logarithm whose exponential, what cosines are multiplied by, isn't finite")
  }

  /// The same of a block laid out like the values, as their average is, without the scale's own check.
  package func requireFinite(_ tower: Tower? = nil, values: Tensor, of path: String) throws(ModelDirectoryError) {
    for declaration in parameters.layout.declarations(in: values) where tower == nil || declaration.tower == tower {
      guard parameters.part(declaration, of: values).isFinite else {
        throw .notFinite(path: path, name: declaration.name, what: "holds numbers that aren't finite")
      }
    }
  }
}
