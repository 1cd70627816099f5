extension SweepFile {
  /// The sweep as a scale has it, its settings sorted, so that its text says the same.
  public func scaled(_ scale: ExperimentFile.Scale, and settings: [Setting] = []) -> SweepFile {
    var file = self
    // The last of a key counts.
    let last = Dictionary((set + scale.set + settings).map { ($0.key, $0.value) }) { _, last in last }
    file.set = last.sorted { $0.key < $1.key }.map { Setting(key: $0.key, value: $0.value) }
    file.seeds = scale.seeds ?? seeds
    file.equal = (scale.equal ?? equal).map { $0.times(scale.times) }
    file.factors = factors.map { factor in scale.vary.first { $0.name == factor.name } ?? factor }
    if let last = file.factors.last, !scale.force.isEmpty {
      return file.with({ _ in scale.force }, at: last.name)
    }
    return file
  }

  /// The sweep with settings that come with a factor's levels.
  ///
  /// - Parameter settings: of a level, by its name.
  public func with(_ settings: (String) throws -> [Setting], at factor: String) rethrows -> SweepFile {
    var file = self
    file.factors = try factors.map { known in
      guard known.name == factor else { return known }
      return Factor(
        name: factor,
        levels: try known.levels.map { Level(name: $0.name, settings: $0.settings + (try settings($0.name))) })
    }
    return file
  }

  /// As a sweep file's text. What was given as `vary` has each level's first setting; what comes with it is left out.
  public var yaml: String {
    let arms = factors.first { $0.name == armsName }
    var lines = ["base: \(yamlText(base))", "set: \(mapping(set))"]
    if let arms {
      let levels = arms.levels.map { "\(jsonText($0.name)): \(mapping($0.settings))" }
      lines += ["arms: {\(levels.joined(separator: ", "))}", "called: \(jsonText(armsName))"]
    }
    let varied = factors.filter { $0.name != armsName }.map { factor in
      "\(jsonText(factor.name)): [\(factor.levels.compactMap(\.settings.first?.value).joined(separator: ", "))]"
    }
    if !varied.isEmpty { lines.append("vary: {\(varied.joined(separator: ", "))}") }
    lines.append("seeds: [\(seeds.map(String.init).joined(separator: ", "))]")
    switch equal {
    case nil: break
    case .pairs(let count): lines.append("equal: {pairs: \(count)}")
    case .updates(let count): lines.append("equal: {updates: \(count)}")
    case .seconds(let seconds): lines.append("equal: {seconds: \(seconds)}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func mapping(_ settings: [Setting]) -> String {
    "{" + settings.map { "\(jsonText($0.key)): \($0.value)" }.joined(separator: ", ") + "}"
  }
}

extension SweepFile.Length {
  fileprivate func times(_ count: Int) -> SweepFile.Length {
    switch self {
    case .pairs(let pairs): .pairs(pairs * count)
    case .updates(let updates): .updates(updates * count)
    case .seconds(let seconds): .seconds(seconds * Double(count))
    }
  }
}
