import Foundation
import Yams

/// A value as YAML holds it, before a key has said what it must be.
///
/// A plain scalar may become a number or null; a quoted one is always text.
enum YAMLValue {
  case plain(String)
  case quoted(String)
  case list([YAMLValue])
  case mapping([(key: String, value: YAMLValue)])

  init(_ node: Node?) {
    switch node {
    case .scalar(let scalar):
      self = [.plain, .any].contains(scalar.style) ? .plain(scalar.string) : .quoted(scalar.string)
    case .sequence(let sequence): self = .list(sequence.map { YAMLValue($0) })
    case .mapping(let mapping): self = .mapping(mapping.map { ($0.key.string ?? "?", YAMLValue($0.value)) })
    // Yams resolves an alias to its anchor's node while composing.
    case .alias, nil: self = .plain("")
    }
  }

  var isNull: Bool {
    guard case .plain(let text) = self else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// As good as null: left open.
  var isAuto: Bool {
    guard case .plain(let text) = self else { return false }
    return text == "auto"
  }

  /// As an error message calls it.
  var description: String {
    switch self {
    case .plain where isNull: "null"
    case .plain(let text): text
    case .quoted(let text): "text (\(jsonText(text)))"
    case .list(let values): "a list of \(values.count)"
    case .mapping: "a mapping"
    }
  }
}

/// A type that a run file's key may have.
protocol RunFileValue: Sendable {
  /// Completes "expected …".
  static var expected: String { get }
  init?(_ value: YAMLValue)
  /// One line that reads back as the same value.
  var yaml: String { get }
}

extension Bool: RunFileValue {
  static var expected: String { "true or false" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, ["true", "false"].contains(text.lowercased()) else { return nil }
    self = text.lowercased() == "true"
  }
  var yaml: String { self ? "true" : "false" }
}

extension Int: RunFileValue {
  static var expected: String { "a whole number" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, let number = Int(text) else { return nil }
    self = number
  }
  var yaml: String { String(self) }
}

extension UInt64: RunFileValue {
  static var expected: String { "a whole number from 0" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, let number = UInt64(text) else { return nil }
    self = number
  }
  var yaml: String { String(self) }
}

extension Double: RunFileValue {
  static var expected: String { "a number" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, let number = Double(text), number.isFinite else { return nil }
    self = number
  }
  var yaml: String { decimal(String(self)) }
}

extension String: RunFileValue {
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

extension [String]: RunFileValue {
  static var expected: String { "text or a list of texts" }
  init?(_ value: YAMLValue) {
    guard case .list(let values) = value else {
      guard let text = String(value) else { return nil }
      self = [text]
      return
    }
    let texts = values.compactMap { String($0) }
    guard texts.count == values.count else { return nil }
    self = texts
  }
  var yaml: String { "[" + map(\.yaml).joined(separator: ", ") + "]" }
}

extension Float: RunFileValue {
  static var expected: String { "a number" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value, let number = Float(text), number.isFinite else { return nil }
    self = number
  }
  var yaml: String { decimal(String(self)) }
}

extension ClosedRange: RunFileValue where Bound == Float {
  static var expected: String { "two rising numbers, as in [0.9, 1]" }
  init?(_ value: YAMLValue) {
    guard case .list(let values) = value, values.count == 2, let low = Float(values[0]), let high = Float(values[1]),
      low <= high
    else { return nil }
    self = low...high
  }
  var yaml: String { "[\(lowerBound), \(upperBound)]" }
}

extension Optional: RunFileValue where Wrapped: RunFileValue {
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

extension RunFileValue where Self: RawRepresentable<String> & CaseIterable {
  static var expected: String { allCases.map(\.rawValue).joined(separator: " or ") }
  init?(_ value: YAMLValue) {
    guard let text = String(value), let found = Self(rawValue: text) else { return nil }
    self = found
  }
  var yaml: String { rawValue }
}

extension KeepGraphs: RunFileValue {}
extension ScheduleKind: RunFileValue {}
extension LossKind: RunFileValue {}
extension TemperatureRule: RunFileValue {}
extension DuplicateRule: RunFileValue {}
extension Precision: RunFileValue {}
extension Reduction: RunFileValue {}

extension ByteCount: RunFileValue {
  private static let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)]

  static var expected: String { "a number of bytes, as in 512MiB or 4GiB" }
  init?(_ value: YAMLValue) {
    guard case .plain(let text) = value else { return nil }
    let (unit, shift) = Self.units.first { text.hasSuffix($0.0) } ?? ("", 0)
    let digits = text.dropLast(unit.count).trimmingCharacters(in: .whitespaces)
    guard let number = Double(digits), number.magnitude < Double(1 << (62 - shift)) else { return nil }
    bytes = Int(number * Double(1 << shift))
  }
  var yaml: String {
    let (unit, shift) = Self.units.last { bytes > 0 && bytes % (1 << $0.1) == 0 } ?? ("", 0)
    return "\(bytes >> shift)\(unit)"
  }
}

/// `1.0e-06` for `1e-06`, which YAML 1.1 (PyYAML) takes for text.
private func decimal(_ number: String) -> String {
  guard let exponent = number.firstIndex(of: "e"), !number.contains(".") else { return number }
  return number[..<exponent] + ".0" + number[exponent...]
}

/// Text as YAML takes it on one line, inside a list too: bare where that is safe, else as JSON writes it.
func yamlText(_ text: String) -> String {
  let bare = text.wholeMatch(of: /[A-Za-z.\/][A-Za-z0-9_.\/+-]*/) != nil
  let word = ["null", "true", "false", "yes", "no", "on", "off", ".nan", ".inf"].contains(text.lowercased())
  return bare && !word && Double(text) == nil ? text : jsonText(text)
}

func jsonText(_ text: String) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  guard let data = try? encoder.encode(text) else { preconditionFailure("jsonText: \(text) does not encode") }
  return String(decoding: data, as: UTF8.self)
}
