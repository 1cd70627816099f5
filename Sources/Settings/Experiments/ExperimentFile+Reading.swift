extension ExperimentFile {
  /// - Parameter path: what errors call the text.
  public init(yaml text: String, path: String = "the experiment") throws(RunFileError) {
    let fields = try YAMLFields(
      try compose(text, path), path, ["claim", "expected", "changes", "time", "needs", "parts", "tiny", "large"])
    claim = try fields.required("claim", "what is tried, a sentence")
    expected = try fields.required("expected", "what is expected to come out, written before it is run")
    changes = try fields.required("changes", "what would change the verdict")
    time = try fields.required("time", "how long it takes, and on what")
    needs = try Self.needs(fields)
    for (path, value) in try fields.list("parts") { parts.append(try Part(value, path)) }
    guard !parts.isEmpty else { throw .missing(key: "\(path).parts", meaning: "a list of sweeps with their checks") }
    if let value = fields["tiny"] { tiny = try Scale(value, "\(path).tiny") }
    if let value = fields["large"] { large = try Scale(value, "\(path).large") }
    try checkNames(path)
  }

  private func checkNames(_ path: String) throws(RunFileError) {
    let names = parts.map(\.name)
    guard Set(names).count == names.count else {
      throw .value(key: "\(path).parts", found: names.joined(separator: ", "), must: "have no name twice")
    }
    for part in parts {
      guard let tuned = part.tuned else { continue }
      guard parts.contains(where: { $0.name == tuned && $0.tunes != nil }) else {
        throw .value(key: "\(path).\(part.name).tuned", found: tuned, must: "name a part with tunes")
      }
    }
  }

  fileprivate static func needs(_ fields: YAMLFields) throws(RunFileError) -> [Need] {
    var needs: [Need] = []
    for (path, value) in try fields.list("needs") {
      let fields = try YAMLFields(value, path, ["path", "make", "ask"])
      let need = Need(
        path: try fields.required("path", "the file that has to be there"), make: try fields.optional("make") ?? [],
        ask: try fields.optional("ask") ?? "")
      guard need.make.isEmpty != need.ask.isEmpty else {
        throw .missing(key: "\(path).make", meaning: "the command that makes it; or ask, what people do for it")
      }
      needs.append(need)
    }
    return needs
  }
}

extension ExperimentFile.Part {
  fileprivate init(_ value: YAMLValue, _ path: String) throws(RunFileError) {
    let fields = try YAMLFields(value, path, ["name", "sweep", "title", "tunes", "tuned", "tuned_at", "checks"])
    name = try fields.required("name", "a word, the part's directory")
    guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }), !name.isEmpty else {
      throw .value(key: "\(path).name", found: name, must: "be of letters, digits and hyphens")
    }
    // Sections of the report, which have these for their ids.
    guard !["verdict", "machines"].contains(name) else {
      throw .value(key: "\(path).name", found: name, must: "be another name than verdict and machines")
    }
    sweep = try fields.required("sweep", "the path of its sweep file")
    title = try fields.required("title", "what it asks")
    tuned = try fields.optional("tuned")
    tunedAt = fields["tuned_at"].map(SweepFile.name)
    tunes = try fields["tunes"].map { (value) throws(RunFileError) in
      try ExperimentFile.Tuning(value, "\(path).tunes")
    }
    var checks: [ExperimentCheck] = []
    for (path, value) in try fields.list("checks") { checks.append(try ExperimentCheck(value, path)) }
    self.checks = checks
  }
}

extension ExperimentFile.Tuning {
  fileprivate init(_ value: YAMLValue, _ path: String) throws(RunFileError) {
    let fields = try YAMLFields(value, path, ["key", "along", "by"])
    key = try fields.required("key", "the factor whose best level is taken")
    along = try fields.required("along", "the factor at each of whose levels it is")
    by = try fields.required("by", "the metric, of a validation split")
  }
}

extension ExperimentFile.Scale {
  fileprivate init(_ value: YAMLValue, _ path: String) throws(RunFileError) {
    let fields = try YAMLFields(value, path, ["needs", "set", "vary", "seeds", "equal", "times", "force"])
    if fields["needs"] != nil { needs = try ExperimentFile.needs(fields) }
    if let value = fields["set"] { set = try SweepFile.settings(value, at: "") }
    if let value = fields["vary"] { vary = try SweepFile.varied(value) }
    if let value = fields["seeds"] { seeds = try SweepFile.seeds(value) }
    if let value = fields["equal"] { equal = try SweepFile.length(value) }
    if let value = fields["force"] { force = try SweepFile.settings(value, at: "") }
    times = try fields.optional("times") ?? 1
    guard 1...1000 ~= times else { throw .value(key: "\(path).times", found: times.yaml, must: "be 1 to 1000") }
  }
}
