/// One entry of `evaluation`: what a run measures while it trains.
///
/// Beside these keys an entry has its kind's own options, `diagonal eval KIND --help`'s, as texts; who makes the evaluation
/// checks them.
public struct EvaluationItem: Sendable, Equatable {
  /// What it is called in records; the kind where nothing else is said.
  public var name: String
  public var kind: String
  /// Paths, which may hold brace ranges and globs.
  public var data: [String]
  /// Steps between; nil: as checkpoint.every.
  public var every: Int?
  public var of = MeasuredParameters.current
  /// In the order written.
  public var options: [(name: String, value: String)] = []

  public init(name: String? = nil, kind: String, data: [String], every: Int? = nil) {
    (self.name, self.kind, self.data, self.every) = (name ?? kind, kind, data, every)
  }

  public static func == (a: Self, b: Self) -> Bool { a.yaml == b.yaml }
}

/// Which parameters are measured: those of the step, or their average of `ema.decay`.
public enum MeasuredParameters: String, Sendable, Codable, CaseIterable, SettingValue { case current, average }

/// `NAME/METRIC`: a number that an evaluation of the run finds.
public struct MetricReference: Sendable, Equatable {
  public let evaluation: String
  public let metric: String

  public var text: String { "\(evaluation)/\(metric)" }

  /// Nil where there is no slash; the last one parts the two.
  public init?(_ text: String) {
    guard let slash = text.lastIndex(of: "/"), slash > text.startIndex, text.index(after: slash) < text.endIndex else {
      return nil
    }
    (evaluation, metric) = (String(text[..<slash]), String(text[text.index(after: slash)...]))
  }
}

extension MetricReference: SettingValue {
  static var expected: String { "an evaluation's name and a number of it, as in retrieval/image_to_text.recall_at_1" }
  init?(_ value: YAMLValue) {
    guard let text = String(value) else { return nil }
    self.init(text)
  }
  var yaml: String { text.yaml }
}

extension EvaluationItem {
  static let key = RunFileKey(
    "evaluation", .mayChange,
    "a list of what is measured while the run trains, each {kind: retrieval | zero-shot | loss | probe | knn | hard-negatives, "
      + "data: PATH, every: STEPS, name: …, of: current | average, and the kind's options}; to evaluations.jsonl",
    read: { (run, value) throws(RunFileError) in run.evaluation = try items(value) },
    print: { "[" + $0.evaluation.map(\.yaml).joined(separator: ", ") + "]" })

  private static func items(_ value: YAMLValue) throws(RunFileError) -> [EvaluationItem] {
    if value.isNull { return [] }
    guard case .list(let values) = value else {
      throw .type(
        key: "evaluation", found: value.description,
        expected: "a list of evaluations, as in [{kind: retrieval, data: PATH, every: 500}]")
    }
    var items: [EvaluationItem] = []
    for (number, value) in values.enumerated() {
      let item = try EvaluationItem(value, at: "evaluation[\(number)]")
      guard !items.contains(where: { $0.name == item.name }) else {
        throw .value(key: "evaluation[\(number)].name", found: item.name.yaml, must: "be another than an earlier one's")
      }
      items.append(item)
    }
    return items
  }

  private init(_ value: YAMLValue, at path: String) throws(RunFileError) {
    guard case .mapping(let pairs) = value else {
      throw .type(key: path, found: value.description, expected: "a mapping, as in {kind: retrieval, data: PATH}")
    }
    var (name, kind): (String?, String?) = (nil, nil)
    self.init(kind: "", data: [])
    for (key, value) in pairs {
      func read<Value: SettingValue>(_ type: Value.Type) throws(RunFileError) -> Value {
        guard let found = Value(value) else {
          throw .type(key: "\(path).\(key)", found: value.description, expected: Value.expected)
        }
        return found
      }
      switch key {
      case "name": name = try read(String.self)
      case "kind": kind = try read(String.self)
      case "data": data = try read([String].self)
      case "every": every = try read(Int?.self)
      case "of": of = try read(MeasuredParameters.self)
      default: options.append((key, try Self.text(value, key: "\(path).\(key)")))
      }
    }
    guard let kind else {
      throw .missing(key: "\(path).kind", meaning: "retrieval, zero-shot, loss, probe, knn or hard-negatives")
    }
    guard !data.isEmpty else { throw .missing(key: "\(path).data", meaning: "the pairs to measure on") }
    if let every, every < 1 { throw .value(key: "\(path).every", found: every.yaml, must: "be at least 1, or null") }
    (self.kind, self.name) = (kind, name ?? kind)
    if self.name.isEmpty { throw .value(key: "\(path).name", found: "\"\"", must: "not be empty") }
  }

  private static func text(_ value: YAMLValue, key: String) throws(RunFileError) -> String {
    switch value {
    case .plain(let text) where !value.isNull: return text
    case .quoted(let text): return text
    default: throw .type(key: key, found: value.description, expected: "text or a number")
    }
  }

  var yaml: String {
    var parts: [(String, String)] = [("kind", kind.yaml)]
    if name != kind { parts.insert(("name", name.yaml), at: 0) }
    parts.append(("data", data.count == 1 ? data[0].yaml : data.yaml))
    if let every { parts.append(("every", every.yaml)) }
    if of != .current { parts.append(("of", of.yaml)) }
    parts += options.map { ($0.name.yaml, Int($0.value) != nil || Double($0.value) != nil ? $0.value : $0.value.yaml) }
    return "{" + parts.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
  }
}

extension RunFile {
  /// Throws where evaluations don't go together with the rest.
  func checkEvaluation() throws(RunFileError) {
    for (number, item) in evaluation.enumerated() where item.of == .average && ema.decay == nil {
      throw .value(key: "evaluation[\(number)].of", found: "average", must: "be current, or ema.decay be set")
    }
    for (key, metric) in [("checkpoint.best", checkpoint.best), ("schedule.stop_when", schedule.stopWhen)] {
      guard let metric, !evaluation.contains(where: { $0.name == metric.evaluation }) else { continue }
      let names = evaluation.map(\.name).joined(separator: ", ")
      throw .value(
        key: key, found: metric.yaml,
        must: "name an entry of evaluation before the slash: \(names.isEmpty ? "there is none" : names)")
    }
  }
}
