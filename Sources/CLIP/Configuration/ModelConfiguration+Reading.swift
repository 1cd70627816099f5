import Files
import Foundation

extension ModelConfiguration {
  /// A model by its name, `ViT-B-32`, or by the path of its JSON; a file of that name comes first.
  ///
  /// - Throws: where there is neither, with the name that is nearest.
  public init(named name: String) throws(ModelConfigurationError) {
    if !FileManager.default.fileExists(atPath: name), !name.contains("/"), !name.hasSuffix(".json") {
      guard let known = KnownModels.configuration(name) else {
        let nearest = KnownModels.names.min { editDistance($0, name) < editDistance($1, name) } ?? ""
        throw .unknownName(name, nearest: nearest)
      }
      self = known
    } else {
      try self.init(path: name)
    }
  }

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
    self = try JSONDecoder().decode(Self.self, from: JSONSerialization.data(withJSONObject: fields))
    try validate()
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
