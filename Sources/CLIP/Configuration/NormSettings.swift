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
