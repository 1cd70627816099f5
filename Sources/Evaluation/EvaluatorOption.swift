/// A setting of an evaluator, given as text: `--NAME VALUE`.
public struct EvaluatorOption: Sendable {
  /// What its value may be, with a word for it where any text may.
  public enum Value: Sendable {
    case required(String)
    case optional(String)
    /// One of these, the first where nothing is said.
    case oneOf([String])
  }

  public let name: String
  public let value: Value
  public let help: String
  /// A value that shows how it is used.
  public let example: String?

  public init(_ name: String, _ value: Value, _ help: String, example: String? = nil) {
    (self.name, self.value, self.help, self.example) = (name, value, help, example)
  }
}
