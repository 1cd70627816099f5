import Pairs

/// What one picture may cost in an evaluation, and how much of the data may be lost in it.
public struct EvaluationBounds: Sendable, Hashable {
  /// Pictures of more pixels are left out.
  public var picturePixels = Picture.mostPixels
  /// The share of the pairs that may be lost.
  public var skipLimit = SkipLimit.usualShare

  public init() {}
}
