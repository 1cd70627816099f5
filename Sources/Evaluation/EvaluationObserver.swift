import Pairs

/// Who hears how an evaluation goes. Called on the evaluation's own thread.
public protocol EvaluationObserver {
  /// So many pairs are read, used or left out.
  func advanced(to pairs: Int, of total: Int)
  /// Called once for each pair that is left out.
  func skipped(_ sample: SkippedSample)
}

/// An observer that doesn't care.
public struct Unobserved: EvaluationObserver {
  public init() {}
  public func advanced(to pairs: Int, of total: Int) {}
  public func skipped(_ sample: SkippedSample) {}
}
