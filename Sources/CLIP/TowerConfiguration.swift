/// The fields of one kind of tower, with OpenCLIP's names and defaults.
protocol TowerConfiguration: Codable, Sendable, Equatable {
  /// - Parameter path: of the tower's fields, for errors: `vision_cfg`.
  func validate(_ path: String) throws(ModelConfigurationError)
}

extension Decoder {
  /// A field that we'd ignore would make another model of the same name, so it is an error.
  func refuseFields<Key: CodingKey & CaseIterable>(outside keys: Key.Type) throws {
    let known = Set(keys.allCases.map(\.stringValue))
    let found = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    if let unknown = found.first(where: { !known.contains($0) }) { throw unsupported(unknown) }
  }

  /// The error that says that this field here isn't supported.
  func unsupported(_ field: String) -> ModelConfigurationError {
    .unsupported(field: (codingPath.map(\.stringValue) + [field]).joined(separator: "."))
  }
}

/// Any name of a field.
struct AnyKey: CodingKey, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init(stringLiteral name: String) { stringValue = name }
  init?(intValue: Int) { nil }
}

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
}
