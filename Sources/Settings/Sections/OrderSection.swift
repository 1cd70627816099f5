/// `data.order`, `data.window`: in which order samples are drawn.
public struct OrderSection: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable, SettingValue { case full, windowed }

  public var kind = Kind.full
  /// The most shards of a source that are read at a time.
  public var window = 16
}

extension OrderSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "data.order", \.data.order.kind, .fixed,
      "full: each epoch any order of all pairs; windowed: shards in any order, pairs within data.window shards, "
        + "for data that are read from afar or don't fit memory"),
    RunFileKey(
      "data.window", \.data.order.window, .fixed,
      "shards of each source that a windowed order mixes and reads at a time; more is more random", must: .count),
  ]
}

/// `batch.diversity`: what no two pairs of a batch have in common, as far as the data allow.
public struct Diversity: Sendable, Equatable {
  public enum Part: String, Sendable, CaseIterable { case caption, picture, label }

  public var parts: [Part] = []

  public init(_ parts: [Part] = []) { self.parts = parts }
}

extension Diversity: SettingValue {
  static var expected: String { "none, or some of [caption, picture, label]" }

  init?(_ value: YAMLValue) {
    if value.isNull || String(value) == "none" { return }
    guard let names = [String](value) else { return nil }
    parts = names.compactMap(Part.init)
    guard !names.isEmpty, Set(parts).count == names.count else { return nil }
  }

  var yaml: String { parts.isEmpty ? "none" : "[" + parts.map(\.rawValue).joined(separator: ", ") + "]" }
}

extension Diversity {
  static let key = RunFileKey(
    "batch.diversity", \.batch.diversity, .fixed,
    "what no two pairs of a batch share, as far as the data allow, some of [caption, picture, label]; each pair still "
      + "comes once an epoch. Captions are read when a run starts, picture also reads all pictures")
}
