/// Checks of what a field may hold.
struct FieldChecks {
  let path: String

  /// The largest of most sizes: no model is near it, and products of two sizes stay far from overflow.
  static let largestSize = 1 << 24
  /// The longest side of a picture: JPEG's, and one more.
  static let largestSide = 1 << 16
  static let mostLayers = 1024
  /// The widest head that attention to one query takes.
  static let widestHead = 256
  /// The most parameters of a model.
  private static let largestCount = 0x1p40

  func sizes(_ values: [(String, Int)], upTo largest: Int = largestSize) throws(ModelConfigurationError) {
    for (field, value) in values where !(1...largest).contains(value) {
      throw .value(field: path + field, found: "\(value)", expected: "1 to \(largest)")
    }
  }

  /// Throws unless each tensor's size and their sum stay far from overflow, and from any machine's memory.
  func room(for counts: [ParameterCount]) throws(ModelConfigurationError) {
    var sum = 0.0
    for (field, count) in counts {
      sum += count
      if sum >= Self.largestCount {
        throw .value(field: path + field, found: "one that makes \(sum) parameters", expected: "fewer than 2^40")
      }
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
