extension ExperimentCheck {
  init(_ value: YAMLValue, _ path: String) throws(RunFileError) {
    let fields = try YAMLFields(
      value, path,
      [
        "title", "metric", "slope", "difference", "above", "beside", "floor", "fall", "matched", "where", "margin",
        "chance", "expect", "decides",
      ] + Outcome.allCases.map(\.rawValue))
    title = try fields.required("title", "what the figure is")
    metric = try fields.required("metric", "NAME/NUMBER of an evaluation, or loss")
    effect = try Self.effect(fields, path)
    fixed = Dictionary(uniqueKeysWithValues: try fields.names("where").map { ($0.key, $0.name) })
    margin = try fields.required("margin", "up to what an effect is none, in the metric's unit")
    chance = try fields.optional("chance")
    expected = try fields.optional("expect")
    decides = try fields.optional("decides") ?? false
    var words: [Outcome: String] = [:]
    for outcome in Outcome.allCases {
      words[outcome] = try fields.required(outcome.rawValue, "what it means where this comes out") as String
    }
    self.words = words
    guard margin >= 0 else { throw .value(key: "\(path).margin", found: margin.yaml, must: "be from 0") }
  }

  private static func effect(_ fields: YAMLFields, _ path: String) throws(RunFileError) -> Effect {
    let kinds = ["slope", "difference", "above", "beside", "floor", "fall", "matched"].filter { fields[$0] != nil }
    guard kinds.count == 1, let value = fields[kinds[0]] else {
      throw .missing(key: path, meaning: "one of slope, difference, above, beside, floor, fall and matched")
    }
    let path = "\(path).\(kinds[0])"
    switch kinds[0] {
    case "slope": return .slope(along: try SweepFile.read(String.self, value, path))
    case "difference":
      let fields = try YAMLFields(value, path, ["factor", "of", "from"])
      return .difference(
        factor: try fields.required("factor", "what is varied"), of: try level(fields, "of", path),
        from: try level(fields, "from", path))
    case "above":
      let fields = try YAMLFields(value, path, ["factor", "level", "than"])
      return .above(
        factor: try fields.required("factor", "what is varied"), level: try level(fields, "level", path),
        try fields.required("than", "the number that it is compared with"))
    case "beside":
      let fields = try YAMLFields(value, path, ["factor", "level", "metric"])
      return .beside(
        factor: try fields.required("factor", "what is varied"), level: try level(fields, "level", path),
        metric: try fields.required("metric", "the metric that it is compared with"))
    case "fall":
      let fields = try YAMLFields(value, path, ["factor", "of", "from", "distances"])
      return .fall(
        factor: try fields.required("factor", "what is varied"), of: try level(fields, "of", path),
        from: fields["from"].map(SweepFile.name), try rungs(fields, path))
    case "matched":
      let fields = try YAMLFields(value, path, ["factor", "of", "from", "along", "on"])
      return .matched(
        factor: try fields.required("factor", "what is varied"), of: try level(fields, "of", path),
        from: try level(fields, "from", path), along: try fields.required("along", "the factor that gives a curve"),
        on: try fields.required("on", "the metric at whose equal values they are compared"))
    default:
      let fields = try YAMLFields(value, path, ["along", "pairs"])
      return .floor(
        along: try fields.required("along", "the factor whose levels are numbers of concepts"),
        pairs: try fields.required("pairs", "those of a batch"))
    }
  }

  private static func rungs(_ fields: YAMLFields, _ path: String) throws(RunFileError) -> [Rung] {
    let rungs = try fields.names("distances").map { (metric, text) throws(RunFileError) in
      guard let distance = Double(text), distance.isFinite else {
        throw .value(key: "\(path).distances.\(metric)", found: text, must: "be a number")
      }
      return Rung(metric: metric, distance: distance)
    }
    guard Set(rungs.map(\.distance)).count > 1 else {
      throw .missing(key: "\(path).distances", meaning: "two metrics or more, each with its distance")
    }
    return rungs
  }

  private static func level(_ fields: YAMLFields, _ key: String, _ path: String) throws(RunFileError) -> String {
    guard let value = fields[key] else { throw .missing(key: "\(path).\(key)", meaning: "a level's name") }
    return SweepFile.name(of: value)
  }
}
