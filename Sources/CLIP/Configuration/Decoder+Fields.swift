extension Decoder {
  /// A field that we'd ignore would make another model of the same name, so it is an error.
  ///
  /// - Parameters:
  ///   - off: fields that are known as long as they are switched off: null, false or "default".
  ///   - ignored: fields that say nothing about the model.
  func refuseFields<Key: CodingKey & CaseIterable>(
    outside keys: Key.Type, off: Set<String> = [], ignored: Set<String> = []
  ) throws {
    let known = Set(keys.allCases.map(\.stringValue)).union(ignored)
    let fields = try container(keyedBy: AnyKey.self)
    for key in fields.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) where !known.contains(key.stringValue) {
      if off.contains(key.stringValue), fields.isOff(key) { continue }
      throw unsupported(key.stringValue)
    }
  }

  /// Whether a field is there and says something.
  func has(_ field: String) throws -> Bool {
    let fields = try container(keyedBy: AnyKey.self)
    let key = AnyKey(stringValue: field)
    return fields.contains(key) && !fields.isOff(key)
  }

  /// A field that holds a text.
  func text(_ field: String) throws -> String {
    try container(keyedBy: AnyKey.self).decode(String.self, forKey: AnyKey(stringValue: field))
  }

  /// The error that says that this field here isn't supported.
  func unsupported(_ field: String) -> ModelConfigurationError {
    .unsupported(field: (codingPath.map(\.stringValue) + [field]).joined(separator: "."))
  }
}

extension KeyedDecodingContainer {
  func isOff(_ key: Key) -> Bool {
    if (try? decodeNil(forKey: key)) == true { return true }
    if let on = try? decode(Bool.self, forKey: key) { return !on }
    return (try? decode(String.self, forKey: key)) == "default"
  }

  /// Whether a field holds a list, as `layers` of CLIP's ResNets does.
  func isList(_ key: Key) -> Bool { (try? nestedUnkeyedContainer(forKey: key)) != nil }

  /// A field, or what it is where it is left out.
  func value<Value: Decodable>(_ key: Key, or standard: Value) throws -> Value {
    try decodeIfPresent(Value.self, forKey: key) ?? standard
  }

  /// A side of a square: a number, or two equal ones.
  func side(_ key: Key, or standard: Int) throws -> Int {
    guard isList(key) else { return try value(key, or: standard) }
    let sides = try decode([Int].self, forKey: key)
    guard sides.count == 2, sides[0] == sides[1] else {
      throw ModelConfigurationError.value(
        field: (codingPath + [key]).map(\.stringValue).joined(separator: "."), found: "\(sides)",
        expected: "the side of a square")
    }
    return sides[0]
  }

  /// One of several words.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: Key, or standard: Choice) throws -> Choice
  where Choice.RawValue == String {
    guard let word = try decodeIfPresent(String.self, forKey: key) else { return standard }
    guard let choice = Choice(rawValue: word) else {
      throw ModelConfigurationError.value(
        field: (codingPath + [key]).map(\.stringValue).joined(separator: "."), found: word,
        expected: Choice.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return choice
  }
}

extension KeyedEncodingContainer {
  /// Older versions of OpenCLIP don't know every field, so what has its default is left out.
  mutating func encode<Value: Encodable & Equatable>(_ value: Value, unless standard: Value, _ key: Key) throws {
    if value != standard { try encode(value, forKey: key) }
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
