/// Which tokenizer a text tower was made for, as OpenCLIP says it. Kept for it; our own tokenizer is a file.
public struct TokenizerFields: Codable, Sendable, Equatable {
  public var name: String?
  public var mode: String?
  /// How it cleans captions, say `clean: canonicalize`.
  public var arguments: [String: JSONScalar]?

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
