/// What a checkpoint has settled of what a run file may leave open.
public struct SettledValues: Sendable, Equatable {
  /// c
  public var chunk: Int
  /// L
  public var lanes: Int
  /// Never auto; nil where the checkpoint names none that is known.
  public var precision: Precision?

  public init(chunk: Int, lanes: Int, precision: Precision?) {
    self.chunk = chunk
    self.lanes = lanes
    self.precision = precision == .auto ? nil : precision
  }
}
