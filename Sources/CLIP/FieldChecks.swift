/// Checks of what a field may hold.
struct FieldChecks {
  let path: String

  /// No model is near it, and products of two sizes stay far from overflow.
  static let largestSize = 1 << 24

  func sizes(_ values: [(String, Int)]) throws(ModelConfigurationError) {
    for (field, value) in values where !(1...Self.largestSize).contains(value) {
      throw .value(field: path + field, found: "\(value)", expected: "1 to \(Self.largestSize)")
    }
  }

  func divides(_ field: String, _ value: Int, _ whole: String, _ by: Int) throws(ModelConfigurationError) {
    if value % by != 0 {
      throw .value(field: path + field, found: "\(value)", expected: "a multiple of \(whole), \(by)")
    }
  }

  func ratio(_ field: String, _ ratio: Double, of width: Int) throws(ModelConfigurationError) {
    guard (1...Double(Self.largestSize)).contains(Double(width) * ratio) else {
      throw .value(
        field: path + field, found: "\(ratio)", expected: "one that makes width × \(field) 1 to \(Self.largestSize)")
    }
  }

  func holds(_ field: String, _ found: some Any, _ expected: String, _ claim: Bool) throws(ModelConfigurationError) {
    if !claim { throw .value(field: path + field, found: "\(found)", expected: expected) }
  }
}
