import Engine

/// Why two models have no average: what is one way in the first and another in the second.
public struct NoAverageError: Error, CustomStringConvertible {
  public let differences: [FieldDifference]

  public var description: String {
    let words = differences.map { "\($0.field) is \($0.found) in the first, \($0.expected) in the second" }
    return "only models of one kind can be averaged: \(listed(words))"
  }
}

extension CLIPModel {
  /// A model between this one and another, parameter by parameter:
  ///
  ///     w = (1 − share) · mine + share · theirs
  ///
  /// Between a model before and after fine-tuning such a model often keeps what the first knew of other pictures while it
  /// learned most of what the second did. Counts are those of the nearer model; at 0 and 1 it is that model, to the bit.
  ///
  /// - Parameter share: from 0 to 1.
  /// - Throws: `NoAverageError` where configuration, pictures' preprocessing or any shape differs.
  /// - Source: Wortsman et al., “Robust fine-tuning of zero-shot models” (WiSE-FT), 2022, equation 1.
  public func average(with other: CLIPModel, at share: Float) throws(NoAverageError) -> CLIPModel {
    precondition((0...1).contains(share), "average: share \(share)")
    let differences = differences(to: other)
    guard differences.isEmpty else { throw NoAverageError(differences: differences) }
    let result = CLIPModel(configuration, preprocessing: preprocessing)
    for declaration in parameters.declarations {
      let (mine, theirs) = (part(declaration), other.part(declaration))
      let nearer = share < 0.5 ? mine : theirs
      let target = result.part(declaration)
      if share == 0 || share == 1 || declaration.role == .counter {
        target.set(nearer)
      } else {
        withExtendedLifetime((mine, theirs, target)) {
          for i in target.buffer.indices { target.buffer[i] = (1 - share) * mine.buffer[i] + share * theirs.buffer[i] }
        }
      }
    }
    result.parameters.valuesChanged()
    return result
  }

  private func part(_ declaration: Parameters.Declaration) -> Tensor {
    parameters.part(declaration, of: parameters.values)
  }

  private func differences(to other: CLIPModel) -> [FieldDifference] {
    let (first, second) = (facts, other.facts)
    let fields = other.configuration.differences(from: configuration, nil)
    let rest = Set(first.keys).union(second.keys).sorted().filter { first[$0] != second[$0] }.map {
      FieldDifference(field: $0, found: first[$0] ?? "not there", expected: second[$0] ?? "not there")
    }
    return fields + rest
  }

  /// What pictures become, and every parameter's shape.
  private var facts: [String: String] {
    let pictures = preprocessing
    var facts = Dictionary(uniqueKeysWithValues: parameters.declarations.map { ($0.name, "\($0.shape)") })
    facts["the pictures' mean"] = "\(pictures.mean)"
    facts["the pictures' deviation"] = "\(pictures.deviation)"
    facts["resize_mode"] = pictures.resize.rawValue
    facts["fill_color"] = "\(pictures.fill)"
    facts["interpolation"] = pictures.interpolation.rawValue
    // Only then is anything cut off at the middle.
    if pictures.resize == .shortest {
      facts["the centre crop's half pixel"] = pictures.cropsDown ? "Hugging Face's" : "OpenCLIP's"
    }
    return facts
  }
}
