import Files
import Foundation

extension SweepFile {
  public init(reading path: String) throws(RunFileError) {
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw .unreadable(path: path, asWhat: "a sweep file", reason: readingReason(path, otherwise: "not UTF-8 text"))
    }
    try self.init(yaml: text, path: path)
  }

  /// - Parameter path: what errors call the text.
  public init(yaml text: String, path: String = "the sweep file") throws(RunFileError) {
    guard case .mapping(let pairs) = try compose(text, path) else {
      throw .type(key: path, found: "no mapping", expected: "base, vary, seeds …, as in diagonal sweep --help")
    }
    var (arms, varied): ([Level], [Factor]) = ([], [])
    for (key, value) in pairs {
      switch key {
      case "base": base = try Self.read(String.self, value, key)
      case "set": set = try Self.settings(value, at: "")
      case "vary": varied = try Self.varied(value)
      case "arms": arms = try Self.arms(value)
      case "called": armsName = try Self.read(String.self, value, key)
      case "seeds": seeds = try Self.seeds(value)
      case "equal": equal = value.isNull ? nil : try Self.length(value)
      case "metrics": metrics = try Self.read([String].self, value, key)
      default: throw .unknownKey(key, nearest: "base, set, vary, arms, called, seeds, equal or metrics")
      }
    }
    factors = (arms.isEmpty ? [] : [try Self.factor(armsName, arms)]) + varied
    guard !base.isEmpty else { throw .missing(key: "base", meaning: "the run file of every cell") }
    try checkLength()
    guard Set(metrics).count == metrics.count else {
      throw .value(key: "metrics", found: metrics.joined(separator: ", "), must: "name none twice")
    }
    guard !factors.isEmpty else {
      throw .missing(key: "vary", meaning: "a key with its values, {batch.size: [16, 64]}")
    }
  }

  /// What `equal` gives can't be given otherwise.
  private func checkLength() throws(RunFileError) {
    guard equal != nil else { return }
    let all = set + factors.flatMap { $0.levels.flatMap(\.settings) }
    let lengths = ["schedule.steps", "schedule.epochs", "schedule.samples"]
    if let own = all.first(where: { lengths.contains($0.key) }) { throw .bothSet("equal", own.key) }
  }

  static func read<Value: SettingValue>(
    _ type: Value.Type, _ value: YAMLValue, _ key: String
  ) throws(RunFileError) -> Value {
    guard let found = Value(value) else {
      throw .type(key: key, found: value.description, expected: Value.expected)
    }
    return found
  }

  static func mapping(
    _ value: YAMLValue, _ key: String, _ expected: String
  ) throws(RunFileError) -> [(key: String, value: YAMLValue)] {
    guard case .mapping(let pairs) = value, !pairs.isEmpty else {
      throw .type(key: key, found: value.description, expected: expected)
    }
    return pairs
  }

  /// Keys with their values; sections may hold each other, as in a run file.
  static func settings(_ value: YAMLValue, at path: String) throws(RunFileError) -> [Setting] {
    if value.isNull && path.isEmpty { return [] }
    // An arm may be the base as it is.
    if case .mapping(let pairs) = value, pairs.isEmpty { return [] }
    guard RunFileKey.isSection(path) else { return [try setting(path, value)] }
    var settings: [Setting] = []
    for pair in try mapping(value, path.isEmpty ? "set" : path, "a mapping of keys to values") {
      settings += try self.settings(pair.value, at: path.isEmpty ? pair.key : "\(path).\(pair.key)")
    }
    return settings
  }

  static func setting(_ key: String, _ value: YAMLValue) throws(RunFileError) -> Setting {
    guard key != "seed" else { throw .value(key: "seed", found: value.json, must: "be given as seeds of the sweep") }
    let setting = Setting(key: key, value: value.json)
    var run = RunFile()
    try run.override(setting.override)
    return setting
  }

  static func varied(_ value: YAMLValue) throws(RunFileError) -> [Factor] {
    var factors: [Factor] = []
    for (key, value) in try mapping(value, "vary", "a mapping of keys to lists, {batch.size: [16, 64]}") {
      guard case .list(let values) = value, !values.isEmpty else {
        throw .type(key: "vary.\(key)", found: value.description, expected: "a list of values")
      }
      var levels: [Level] = []
      for value in values {
        levels.append(Level(name: name(of: value), settings: [try setting(key, value)]))
      }
      factors.append(try factor(key, levels))
    }
    return factors
  }

  static func name(of value: YAMLValue) -> String { String(value) ?? value.json }

  static func arms(_ value: YAMLValue) throws(RunFileError) -> [Level] {
    var levels: [Level] = []
    for (name, value) in try mapping(value, "arms", "a mapping of names to settings, {wide: {model.config: …}}") {
      levels.append(Level(name: name, settings: try settings(value, at: "")))
    }
    return levels
  }

  static func factor(_ name: String, _ levels: [Level]) throws(RunFileError) -> Factor {
    let names = levels.map(\.name)
    guard Set(names).count == names.count else {
      throw .value(key: "vary.\(name)", found: names.joined(separator: ", "), must: "have no value twice")
    }
    return Factor(name: name, levels: levels)
  }

  static func seeds(_ value: YAMLValue) throws(RunFileError) -> [UInt64] {
    if case .list(let values) = value {
      let seeds = values.compactMap { UInt64($0) }
      if seeds.count == values.count, !seeds.isEmpty, Set(seeds).count == seeds.count { return seeds }
    } else if let count = Int(value), 1...1000 ~= count {
      return (0..<UInt64(count)).map { $0 }
    }
    throw .type(key: "seeds", found: value.json, expected: "how many, 1 to 1000, or a list of different ones")
  }

  static func length(_ value: YAMLValue) throws(RunFileError) -> Length {
    let expected = "one of {pairs: N}, {updates: N} and {seconds: S}, above 0"
    let pairs = try mapping(value, "equal", expected)
    if pairs.count == 1 {
      switch (pairs[0].key, Int(pairs[0].value), Double(pairs[0].value)) {
      case ("pairs", let count?, _) where 1...1_000_000_000_000 ~= count: return .pairs(count)
      case ("updates", let count?, _) where 1...1_000_000_000 ~= count: return .updates(count)
      case ("seconds", _, let seconds?) where seconds > 0 && seconds <= 1e9: return .seconds(seconds)
      default: break
      }
    }
    throw .type(key: "equal", found: value.json, expected: expected)
  }
}
