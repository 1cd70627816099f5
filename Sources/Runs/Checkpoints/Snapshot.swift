import CLIP
import Engine
import Pairs
import Training

/// What a checkpoint is made of: the run's own tensors, or copies of them, so that training may go on.
///
/// One thread at a time uses it: the trainer's, or the writer's that it is handed to.
final class Snapshot {
  let model: CLIPModel
  let moments: (first: Tensor, second: Tensor)
  let average: Tensor?
  let samples: SampleEstimates?

  /// The run's own, to be written before the next step.
  ///
  /// - Parameter moments: `optimizer.wholeMoments()`
  init(
    of model: CLIPModel, moments: (first: Tensor, second: Tensor), _ average: ParameterAverage?,
    _ samples: SampleEstimates?
  ) {
    (self.model, self.moments, self.average, self.samples) = (model, moments, average?.values, samples)
  }

  /// Memory for copies of these.
  ///
  /// - Parameter locks: the model's, on which its layout depends.
  init(copying other: Snapshot, locks: TowerLocks) {
    model = CLIPModel(other.model.configuration, preprocessing: other.model.preprocessing, locks: locks)
    moments = (Tensor(shape: other.moments.first.shape), Tensor(shape: other.moments.second.shape))
    average = other.average.map { Tensor(shape: $0.shape) }
    samples = other.samples.map { SampleEstimates(count: $0.count) }
  }

  /// What copies take.
  var bytes: Int {
    let floats = model.parameters.values.count + 2 * moments.first.count + (average?.count ?? 0)
    return 4 * (floats + 2 * (samples?.count ?? 0))
  }

  /// Copies what another holds.
  func set(_ other: Snapshot) {
    model.parameters.values.set(other.model.parameters.values)
    moments.first.set(other.moments.first)
    moments.second.set(other.moments.second)
    if let average, let others = other.average { average.set(others) }
    if let samples, let others = other.samples {
      samples.set(images: others.logImages, texts: others.logTexts, of: 0..<others.count)
    }
  }

  /// Throws for the first tensor that holds what isn't a number.
  func requireFinite(step: Int) throws(CheckpointError) {
    let parameters = model.parameters
    let blocks: [(String, Tensor?)] = [
      ("a value", parameters.values), ("a first moment", moments.first), ("a second moment", moments.second),
      ("an average", average),
    ]
    for (what, block) in blocks {
      guard let block else { continue }
      for declaration in parameters.layout.declarations(in: block)
      where !parameters.part(declaration, of: block).isFinite {
        throw .notFinite(tensor: declaration.name, what: what, step: step)
      }
    }
    // −∞ stands for a sample that wasn't seen yet.
    func isWrong(_ value: Float) -> Bool { value.isNaN || value == .infinity }
    for (name, estimates) in [("pictures", samples?.logImages), ("texts", samples?.logTexts)]
    where estimates?.contains(where: isWrong) ?? false {
      throw .notFinite(tensor: name, what: "the loss's average", step: step)
    }
  }
}
