/// Which tokenizer a text tower was made for, as OpenCLIP says it. Kept for it; our own tokenizer is a file.
public struct TokenizerFields: Codable, Sendable, Equatable {
  public var name: String?
  public var mode: String?
  /// How it cleans captions, say `clean: canonicalize`.
  public var arguments: [String: JSONScalar]?

  /// None named: OpenCLIP's own.
  public init(name: String? = nil, mode: String? = nil, arguments: [String: JSONScalar]? = nil) {
    (self.name, self.mode, self.arguments) = (name, mode, arguments)
  }

  /// A text argument, `clean` for one.
  public func text(_ argument: String) -> String? {
    if case .text(let text)? = arguments?[argument] { text } else { nil }
  }

  /// Whether an argument is there and true.
  public func isOn(_ argument: String) -> Bool { arguments?[argument] == .truth(true) }

  /// Throws where a setting would give other ids than those that are made here.
  func validate(_ path: String) throws(ModelConfigurationError) {
    if let mode, !mode.isEmpty { throw .unsupported(field: path + "tokenizer_mode") }
    for (argument, value) in (arguments ?? [:]).sorted(by: { $0.key < $1.key }) {
      switch (argument, value) {
      case ("clean", .text("lower")), ("clean", .text("whitespace")), ("clean", .text("canonicalize")),
        ("strip_sep_token", .truth), ("reduction_mask", .text("")):
        break
      default: throw .unsupported(field: path + "tokenizer_kwargs.\(argument)")
      }
    }
  }

  static let names: Set = ["hf_tokenizer_name", "tokenizer_mode", "tokenizer_kwargs"]

  enum CodingKeys: String, CodingKey {
    case name = "hf_tokenizer_name"
    case mode = "tokenizer_mode"
    case arguments = "tokenizer_kwargs"
  }
}

/// A JSON value that has no parts.
public enum JSONScalar: Codable, Sendable, Equatable {
  case truth(Bool)
  case number(Double)
  case text(String)

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let truth = try? value.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .truth(let truth): try value.encode(truth)
    case .number(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    }
  }
}
