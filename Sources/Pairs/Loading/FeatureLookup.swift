/// What is known of a batch's pairs and needn't be encoded, row by row, `[count · width]` each; empty where they must.
public struct KnownFeatures: Sendable, Equatable {
  /// Whether they are the states that projections take; else unit features.
  public var areStates = false
  public var images: [Float] = []
  public var texts: [Float] = []

  public init() {}
}

/// Where features are found that needn't be encoded.
public protocol FeatureLookup: Sendable {
  /// Whether what is found is the state that a projection takes; else it is a unit feature.
  var areStates: Bool { get }
  /// Whether pictures' features are found there, and texts'.
  var hasImages: Bool { get }
  var hasTexts: Bool { get }

  /// The feature of a picture, `[width]`; nil where it isn't there.
  ///
  /// - Parameter picture: `contentHash` of its file.
  func image(key: String, picture: UInt64) throws -> [Float]?

  /// The feature of a pair's text, `[width]`; nil where it isn't there.
  func text(key: String, caption: String) throws -> [Float]?
}
