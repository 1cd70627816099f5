import Similarity

/// How rows are kept in memory.
public enum SearchMemory: String, Sendable, CaseIterable {
  case f32, f16, int8

  /// Nil for rows as they are.
  public var form: CompactedRows.Form? {
    switch self {
    case .f32: nil
    case .f16: .f16
    case .int8: .int8
    }
  }
}
