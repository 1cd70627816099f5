import Engine

extension ModelConfiguration {
  /// The classes of a supervised model, in the place of a text tower: `"text_cfg": {"classes": ["apple", …]}`.
  ///
  /// A class is one token, its number; OpenCLIP has nothing of the kind.
  public struct Classes: TextTower {
    public let names: [String]
    package var tokenizer = TokenizerFields()

    enum CodingKeys: String, CodingKey, CaseIterable { case names = "classes" }

    package init(_ names: [String]) { self.names = names }

    package static func isMeant(by decoder: any Decoder) throws -> Bool { try decoder.has(CodingKeys.names.rawValue) }

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(outside: CodingKeys.self, off: [])
      names = try decoder.container(keyedBy: CodingKeys.self).decode([String].self, forKey: .names)
    }

    public func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(names, forKey: .names)
    }

    package func validate(_ path: String) throws(ModelConfigurationError) {
      let check = FieldChecks(path: path)
      try check.holds("classes", names.count, "two names at least", names.count >= 2)
      let repeated = Dictionary(grouping: names) { $0 }.first { $0.value.count > 1 }?.key
      try check.holds("classes", repeated ?? "", "each name once", repeated == nil)
      try check.holds("classes", names.first { $0.isEmpty } ?? "", "names that aren't empty", !names.contains(""))
    }

    package var contextLength: Int {
      get { 1 }
      set {}
    }

    package var vocabularySize: Int { names.count }
    package var padToken: Int32 { 0 }
    package func objection(ids: Int, padding: Int32, last: Int32) -> String? { nil }

    package func parameterCounts(embeddingWidth: Int) -> [ParameterCount] {
      [("classes", Double(names.count) * Double(embeddingWidth))]
    }

    package var takesLanes: Bool { true }

    package func flops(_ cost: StepCost, captionTokens: Int) -> Double {
      cost.product(1, cost.configuration.embeddingWidth, names.count)
    }

    package func encoder(_ root: Scope, _ model: ModelConfiguration) -> any TextEncoder {
      ClassHead(root / "head", count: names.count, embeddingWidth: model.embeddingWidth)
    }
  }
}

extension ModelConfiguration.Text {
  /// The classes that a supervised model tells apart; nil for one with a text encoder.
  public var classes: [String]? { (tower as? ModelConfiguration.Classes)?.names }
}

extension ModelConfiguration {
  /// This model's image encoder with classes in the place of its texts.
  public func supervised(by classes: [String]) throws(ModelConfigurationError) -> ModelConfiguration {
    var supervised = self
    supervised.text = Text(Classes(classes))
    // Its classes share one softmax: a bias of all logits would say nothing, and mean sigmoids to who reads it.
    (supervised.customText, supervised.initialLogBias) = (false, nil)
    try supervised.validate()
    return supervised
  }
}
