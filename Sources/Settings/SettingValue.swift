/// A type that a run file's key may have.
protocol SettingValue: Sendable {
  /// Completes "expected …".
  static var expected: String { get }
  init?(_ value: YAMLValue)
  /// One line that reads back as the same value.
  var yaml: String { get }
}

extension Bool: SettingValue {
  static var expected: String { "true or false" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, ["true", "false"].contains(text.lowercased()) else { return nil }
    self = text.lowercased() == "true"
  }
  var yaml: String { self ? "true" : "false" }
}

extension Int: SettingValue {
  static var expected: String { "a whole number" }
  /// `1e8` too, as the limits of keys are written.
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value else { return nil }
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard let digits = parts.first.flatMap({ Int($0) }) else { return nil }
    switch parts.count {
    case 1: self = digits
    case 2:
      guard let power = Int(parts[1]), (0...18).contains(power) else { return nil }
      let (number, overflow) = digits.multipliedReportingOverflow(by: (0..<power).reduce(1) { ten, _ in 10 * ten })
      guard !overflow else { return nil }
      self = number
    default: return nil
    }
  }
  var yaml: String { String(self) }
}

extension UInt64: SettingValue {
  static var expected: String { "a whole number from 0" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, let number = UInt64(text) else { return nil }
    self = number
  }
  var yaml: String { String(self) }
}

extension Double: SettingValue {
  static var expected: String { "a number" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, let number = Double(text), number.isFinite else { return nil }
    self = number
  }
  var yaml: String { decimal(String(self)) }
}

extension String: SettingValue {
  static var expected: String { "text" }
  init?(_ value: YAMLValue) {
    switch value {
    case .plain(let text) where !value.isNull: self = text
    case .quoted(let text): self = text
    default: return nil
    }
  }
  var yaml: String { yamlText(self) }
}

/// A type of which a key may have several values.
protocol ListedValue: SettingValue {
  static var expectedList: String { get }
}

extension String: ListedValue {
  static var expectedList: String { "text or a list of texts" }
}

extension Array: SettingValue where Element: ListedValue {
  static var expected: String { Element.expectedList }
  init?(_ value: YAMLValue) {
    guard case .list(let values) = value else {
      guard let element = Element(value) else { return nil }
      self = [element]
      return
    }
    let elements = values.compactMap { Element($0) }
    guard elements.count == values.count else { return nil }
    self = elements
  }
  var yaml: String { "[" + map(\.yaml).joined(separator: ", ") + "]" }
}

extension Float: SettingValue {
  static var expected: String { "a number" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, let number = Float(text), number.isFinite else { return nil }
    self = number
  }
  var yaml: String { decimal(String(self)) }
}

extension ClosedRange: SettingValue where Bound == Float {
  static var expected: String { "two rising numbers, as in [0.9, 1]" }
  init?(_ value: YAMLValue) {
    guard case .list(let values) = value, values.count == 2, let low = Float(values[0]), let high = Float(values[1]),
      low <= high
    else { return nil }
    self = low...high
  }
  var yaml: String { "[\(lowerBound), \(upperBound)]" }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  static var expected: String { "\(Wrapped.expected), or null" }
  init?(_ value: YAMLValue) {
    guard !value.isNull && !value.isAuto else {
      self = .none
      return
    }
    guard let wrapped = Wrapped(value) else { return nil }
    self = .some(wrapped)
  }
  var yaml: String { self?.yaml ?? "null" }
}

extension SettingValue where Self: RawRepresentable<String> & CaseIterable {
  static var expected: String { allCases.map(\.rawValue).joined(separator: " or ") }
  init?(_ value: YAMLValue) {
    guard let text = String(value), let found = Self(rawValue: text) else { return nil }
    self = found
  }
  var yaml: String { rawValue }
}

/// `1.0e-06` for `1e-06`, which YAML 1.1 (PyYAML) takes for text.
private func decimal(_ number: String) -> String {
  guard let exponent = number.firstIndex(of: "e"), !number.contains(".") else { return number }
  return number[..<exponent] + ".0" + number[exponent...]
}
