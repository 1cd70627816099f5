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
  /// Whether it names pairs.
  public let isPairs: Bool

  public init(_ name: String, _ value: Value, _ help: String, example: String? = nil, isPairs: Bool = false) {
    (self.name, self.value, self.help, self.example, self.isPairs) = (name, value, help, example, isPairs)
  }
}

extension [String: String] {
  /// A whole number among an evaluator's options.
  func count(_ name: String, standard: Int, atLeast least: Int = 1) throws(EvaluationError) -> Int {
    guard let text = self[name] else { return standard }
    guard let count = Int(text), count >= least else {
      throw .option(name, value: text, expected: ["a whole number from \(least)"])
    }
    return count
  }
}
