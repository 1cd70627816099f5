import Settings
import Training

extension Reduction {
  package init(_ kind: ReductionKind) {
    self =
      switch kind {
      case .exact: .exact
      case .fast: .fast
      }
  }
}
