import Foundation

/// Where training pairs come from, and how often each of them is drawn.
public struct DataSource: Sendable, Equatable, ExpressibleByStringLiteral {
  /// Paths, which may hold brace ranges and globs.
  public var from: [String]
  public var weight: Double

  public init(_ from: [String], weight: Double = 1) { (self.from, self.weight) = (from, weight) }
  public init(stringLiteral path: String) { self.init([path]) }
}

extension DataSource: ListedValue {
  static var expected: String { "a path, or {from: PATH, weight: 2}" }
  static var expectedList: String { "a path, or a list of paths and of {from: PATH, weight: 2}" }

  init?(_ value: YAMLValue) {
    guard case .mapping(let pairs) = value else {
      guard let path = String(value) else { return nil }
      self.init([path])
      return
    }
    self.init([])
    for (key, value) in pairs {
      switch key {
      case "from":
        guard let paths = [String](value) else { return nil }
        from = paths
      case "weight":
        guard let number = Double(value) else { return nil }
        weight = number
      default: return nil
      }
    }
    if from.isEmpty { return nil }
  }

  var yaml: String {
    if weight == 1, from.count == 1 { return from[0].yaml }
    return "{from: \(from.count == 1 ? from[0].yaml : from.yaml), weight: \(weight.yaml)}"
  }
}

/// Fields that hold captions, each with how often it is drawn: `{caption: 0.7, alt: 0.3}`, in the order written.
public struct CaptionShares: Sendable, Equatable {
  public var fields: [(name: String, share: Double)] = []

  public static func == (a: CaptionShares, b: CaptionShares) -> Bool { a.yaml == b.yaml }
}

extension CaptionShares: SettingValue {
  static var expected: String { "fields with their shares, as in {caption: 0.7, alt: 0.3}" }

  init?(_ value: YAMLValue) {
    guard case .mapping(let pairs) = value, !pairs.isEmpty else { return nil }
    for (name, value) in pairs {
      guard let share = Double(value) else { return nil }
      fields.append((name, share))
    }
  }

  var yaml: String { "{" + fields.map { "\($0.name.yaml): \($0.share.yaml)" }.joined(separator: ", ") + "}" }
}

/// OpenCLIP's factors of the sources that `::` parts: `1::2`.
public struct UpsamplingFactors: Sendable, Equatable {
  public var factors: [Double] = []
}

extension UpsamplingFactors: SettingValue {
  static var expected: String { "a factor for each source, as in 1::2" }

  init?(_ value: YAMLValue) {
    switch value {
    case .list(let values):
      factors = values.compactMap { Double($0) }
      guard factors.count == values.count else { return nil }
    case .plain(let text), .quoted(let text):
      let parts = text.components(separatedBy: "::")
      factors = parts.compactMap { Double($0) }
      guard factors.count == parts.count else { return nil }
    case .mapping: return nil
    }
  }

  var yaml: String { factors.map { $0.yaml }.joined(separator: "::") }
}

/// What parts a table's fields.
public enum FieldSeparator: String, Sendable, CaseIterable, SettingValue { case comma, tab, semicolon, pipe }
