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
