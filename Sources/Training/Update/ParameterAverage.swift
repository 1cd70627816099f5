import CLIP
import Engine

/// An average of the parameters over the run's steps, often a better model than the last step's.
///
///     average ← d · average + (1 − d) · values, after each update, from the initial values on
///
/// Only worker 0 holds one: all workers hold the same values, and it's worker 0 that writes checkpoints.
///
/// - Source: Polyak, Juditsky, 1992; timm's `ModelEmaV2`.
public struct ParameterAverage {
  let decay: Double
  /// The averages, laid out like the parameters' values.
  package let values: Tensor
  private let parameters: Parameters

  public init(_ model: CLIPModel, decay: Double) {
    self.decay = decay
    parameters = model.parameters
    values = Tensor(shape: parameters.values.shape)
    values.set(parameters.values)
  }

  /// Moves the average toward the values, as an update's last act. What is locked is its own average; running
  /// statistics are averaged like parameters. Counters, which a checkpoint has as integers, are the model's own.
  public func update() {
    let moving = 0..<parameters.collectedCount
    values.elements(moving).average(parameters.values.elements(moving), decay: decay)
    for declaration in parameters.averages where declaration.role == .counter {
      parameters.part(declaration, of: values).set(parameters.part(declaration, of: parameters.values))
    }
  }
}
