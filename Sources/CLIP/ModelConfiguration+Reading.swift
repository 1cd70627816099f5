import Foundation

extension ModelConfiguration {
  /// Reads a JSON of OpenCLIP's `model_configs`, or an `open_clip_config.json`, which holds one under `model_cfg`.
  public init(path: String) throws(ModelConfigurationError) {
    // Foundation's own error often doesn't say why.
    guard access(path, R_OK) == 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    let json: Data
    do { json = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw .unreadable(path: path, reason: Self.reason(error))
    }
    try self.init(json: json, from: path)
  }

  /// - Parameter place: what errors call the JSON.
  public init(json: Data, from place: String = "the model's JSON") throws(ModelConfigurationError) {
    do {
      try self.init(checking: json)
    } catch let error as ModelConfigurationError {
      throw error
    } catch {
      throw .unreadable(path: place, reason: Self.reason(error))
    }
  }

  private init(checking json: Data) throws {
    let object = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
    let fields = object["model_cfg"] as? [String: Any] ?? object
    try Self.refuseUnsupported(fields)
    self = try JSONDecoder().decode(Self.self, from: JSONSerialization.data(withJSONObject: fields))
    try validate()
  }

  /// A field that we'd ignore would make another model of the same name, so it is an error.
  private static func refuseUnsupported(_ fields: [String: Any]) throws(ModelConfigurationError) {
    func check(_ fields: Any?, _ known: [String], _ path: String) throws(ModelConfigurationError) {
      for name in (fields as? [String: Any] ?? [:]).keys.sorted() where !known.contains(name) {
        throw .unsupported(field: path + name)
      }
    }
    try check(fields, CodingKeys.allCases.map(\.rawValue), "")
    try check(fields["vision_cfg"], Vision.CodingKeys.allCases.map(\.rawValue), "vision_cfg.")
    try check(fields["text_cfg"], Text.CodingKeys.allCases.map(\.rawValue), "text_cfg.")
  }

  private func validate() throws(ModelConfigurationError) {
    func sizes(_ values: [(String, Int)]) throws(ModelConfigurationError) {
      for (field, value) in values where !(1...Self.largestSize).contains(value) {
        throw .value(field: field, found: "\(value)", expected: "1 to \(Self.largestSize)")
      }
    }
    try sizes([
      ("embed_dim", embeddingWidth), ("vision_cfg.image_size", vision.imageSize), ("vision_cfg.layers", vision.layers),
      ("vision_cfg.width", vision.width), ("vision_cfg.head_width", vision.headWidth),
      ("vision_cfg.patch_size", vision.patchSize), ("text_cfg.context_length", text.contextLength),
      ("text_cfg.vocab_size", text.vocabularySize), ("text_cfg.width", text.width), ("text_cfg.heads", text.heads),
      ("text_cfg.layers", text.layers),
    ])
    if text.contextLength < 2 {
      throw .value(
        field: "text_cfg.context_length", found: "\(text.contextLength)", expected: "room for start and end, 2")
    }
    try Self.requireWidth(of: "vision_cfg", vision.width, times: vision.mlpRatio)
    try Self.requireWidth(of: "text_cfg", text.width, times: text.mlpRatio)
    func divides(_ field: String, _ value: Int, _ whole: String, _ by: Int) throws(ModelConfigurationError) {
      if value % by != 0 { throw .value(field: field, found: "\(value)", expected: "a multiple of \(whole), \(by)") }
    }
    try divides("vision_cfg.image_size", vision.imageSize, "patch_size", vision.patchSize)
    try divides("vision_cfg.width", vision.width, "head_width", vision.headWidth)
    try divides("text_cfg.width", text.width, "heads", text.heads)
  }

  /// No model is near it, and products of two sizes stay far from overflow.
  private static let largestSize = 1 << 24

  private static func requireWidth(
    of tower: String, _ width: Int, times ratio: Double
  ) throws(ModelConfigurationError) {
    guard (1...Double(largestSize)).contains(Double(width) * ratio) else {
      throw .value(
        field: "\(tower).mlp_ratio", found: "\(ratio)", expected: "one that makes width × mlp_ratio 1 to \(largestSize)"
      )
    }
  }

  /// JSONDecoder's own words name the field but not where.
  private static func reason(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error {
    case DecodingError.keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "\(place(context.codingPath)): \(context.debugDescription)"
    default: return (error as NSError).localizedDescription
    }
  }
}
