/// What an evaluator found, encoded as it is kept and sent.
public protocol EvaluationResult: Sendable, Encodable {
  /// The pairs that were measured.
  var pairs: Int { get }
  /// Those that couldn't be used.
  var skipped: Int { get }

  /// What is worth following from one evaluation to the next, each under its path in the encoded form, as
  /// `image_to_text.recall_at_1`.
  var numbers: [EvaluationNumber] { get }

  /// Of numbers that are shares, what each item counted for, in the order of the data: what models are compared by item by item.
  var items: [String: [Bool]] { get }

  /// What a person reads.
  var table: EvaluationTable { get }
}

extension EvaluationResult {
  public var items: [String: [Bool]] { [:] }
}

/// Numbers for a person to read, under a heading.
public struct EvaluationTable: Sendable {
  public enum Cell: Sendable, Equatable {
    /// Between 0 and 1, read as percent.
    case share(Double)
    case count(Int)
    case mean(Double)
    case number(Double)
  }

  public let heading: String
  /// What the columns are called; none where a single one needs no name.
  public let columns: [String]
  public let rows: [(label: String, cells: [Cell])]

  public init(heading: String, columns: [String] = [], rows: [(label: String, cells: [Cell])]) {
    (self.heading, self.columns, self.rows) = (heading, columns, rows)
  }
}
