import Engine

/// `act_kwargs`: what OpenCLIP hands to its activation.
struct ActivationSettings: Codable, Sendable, Equatable {
  enum Approximation: String, Codable, CaseIterable { case none, tanh }
  var approximate: Approximation = .none

  enum CodingKeys: String, CodingKey, CaseIterable { case approximate }

  init() {}

  init(from decoder: any Decoder) throws {
    try decoder.refuseFields(outside: CodingKeys.self)
    approximate = try decoder.container(keyedBy: CodingKeys.self).choice(.approximate, or: .none)
  }

  func activation(quick: Bool) -> Activation {
    quick ? .quickGELU : approximate == .tanh ? .tanhGELU : .gelu
  }
}

/// `norm_kwargs`: what OpenCLIP hands to its layer norm.
struct NormSettings: Codable, Sendable, Equatable {
  var epsilon: Double = 1e-5

  enum CodingKeys: String, CodingKey, CaseIterable { case epsilon = "eps" }

  init() {}

  init(from decoder: any Decoder) throws {
    try decoder.refuseFields(outside: CodingKeys.self)
    epsilon = try decoder.container(keyedBy: CodingKeys.self).value(.epsilon, or: 1e-5)
  }
}

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
