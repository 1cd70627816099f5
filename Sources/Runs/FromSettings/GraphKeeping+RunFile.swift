import Settings
import Training

extension GraphKeeping {
  /// Which graphs a run keeps.
  package init(_ batch: BatchSection) {
    switch batch.keepGraphs {
    case .always: self = .always
    case .never: self = .never
    case .auto: self = .within(bytes: batch.memoryBudget.bytes)
    }
  }
}
