import Engine

/// Parameters, about, and the field that makes them many. A Double doesn't overflow.
package typealias ParameterCount = (field: String, count: Double)

/// The fields of one kind of tower, with OpenCLIP's names and defaults, and all that follows from them.
package protocol TowerConfiguration: Codable, Sendable, Equatable {
  /// Whether a tower's fields are this kind's. Kinds are asked in the order of `EncoderKinds`.
  static func isMeant(by decoder: any Decoder) throws -> Bool

  /// Throws unless every field holds what it may.
  ///
  /// - Parameter path: of the tower's fields, for errors: `vision_cfg.`.
  func validate(_ path: String) throws(ModelConfigurationError)

  /// Throws unless the fields suit the rest of the model's.
  func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError)

  /// All but biases and norms.
  func parameterCounts(embeddingWidth: Int) -> [ParameterCount]

  /// What the tower costs for one picture or text.
  func flops(_ cost: StepCost) -> Double
}

extension TowerConfiguration {
  package func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError) {}

  func equals(_ other: any TowerConfiguration) -> Bool { other as? Self == self }
}

/// A kind of image tower.
package protocol ImageTower: TowerConfiguration {
  /// What `arch` may say to mean this kind; none for one that OpenCLIP tells by other fields.
  static var architectures: [String] { get }

  /// Pixels of a picture's side.
  var imageSize: Int { get set }

  /// The fewest pictures that a chunk's batch statistics can be taken of.
  var smallestChunk: Int { get }

  /// Whether its work is convolutions rather than a transformer's products.
  var isConvolutional: Bool { get }

  /// Declares the parameters and builds the encoder.
  ///
  /// - Parameter at: where the image tower's parameters are, `visual`.
  func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder
}

extension ImageTower {
  package static var architectures: [String] { [] }
  package var smallestChunk: Int { 1 }
  package var isConvolutional: Bool { false }
}

/// A kind of text tower.
package protocol TextTower: TowerConfiguration {
  /// Tokens of a caption, padding included.
  var contextLength: Int { get set }
  var vocabularySize: Int { get }

  /// What fills a caption up to the context's length.
  var padToken: Int32 { get }

  /// A token that ends a caption made up of smaller ones.
  var someEndToken: Int32 { get }

  /// What keeps the encoder from reading a tokenizer's captions: see `ModelConfiguration.Text`.
  func objection(ids: Int, padding: Int32, last: Int32) -> String?

  /// Declares the parameters and builds the encoder.
  ///
  /// - Parameter root: of the tree of names.
  func encoder(_ root: Scope, _ model: ModelConfiguration) -> any TextEncoder
}

extension TextTower {
  package var someEndToken: Int32 { Int32(vocabularySize - 1) }
}

extension Decoder {
  /// A field that we'd ignore would make another model of the same name, so it is an error.
  ///
  /// - Parameters:
  ///   - off: fields that are known as long as they are switched off: null, false or "default".
  ///   - ignored: fields that say nothing about the model.
  func refuseFields<Key: CodingKey & CaseIterable>(
    outside keys: Key.Type, off: Set<String> = [], ignored: Set<String> = []
  ) throws {
    let known = Set(keys.allCases.map(\.stringValue)).union(ignored)
    let fields = try container(keyedBy: AnyKey.self)
    for key in fields.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) where !known.contains(key.stringValue) {
      if off.contains(key.stringValue), fields.isOff(key) { continue }
      throw unsupported(key.stringValue)
    }
  }

  /// Whether a field is there and says something.
  func has(_ field: String) throws -> Bool {
    let fields = try container(keyedBy: AnyKey.self)
    let key = AnyKey(stringValue: field)
    return fields.contains(key) && !fields.isOff(key)
  }

  /// A field that holds a text.
  func text(_ field: String) throws -> String {
    try container(keyedBy: AnyKey.self).decode(String.self, forKey: AnyKey(stringValue: field))
  }

  /// The error that says that this field here isn't supported.
  func unsupported(_ field: String) -> ModelConfigurationError {
    .unsupported(field: (codingPath.map(\.stringValue) + [field]).joined(separator: "."))
  }
}

extension KeyedDecodingContainer {
  fileprivate func isOff(_ key: Key) -> Bool {
    if (try? decodeNil(forKey: key)) == true { return true }
    if let on = try? decode(Bool.self, forKey: key) { return !on }
    return (try? decode(String.self, forKey: key)) == "default"
  }

  /// Whether a field holds a list, as `layers` of CLIP's ResNets does.
  func isList(_ key: Key) -> Bool { (try? nestedUnkeyedContainer(forKey: key)) != nil }

  /// A field, or what it is where it is left out.
  func value<Value: Decodable>(_ key: Key, or standard: Value) throws -> Value {
    try decodeIfPresent(Value.self, forKey: key) ?? standard
  }

  /// One of several words.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: Key, or standard: Choice) throws -> Choice
  where Choice.RawValue == String {
    guard let word = try decodeIfPresent(String.self, forKey: key) else { return standard }
    guard let choice = Choice(rawValue: word) else {
      throw ModelConfigurationError.value(
        field: (codingPath + [key]).map(\.stringValue).joined(separator: "."), found: word,
        expected: Choice.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return choice
  }
}

extension KeyedEncodingContainer {
  /// Older versions of OpenCLIP don't know every field, so what has its default is left out.
  mutating func encode<Value: Encodable & Equatable>(_ value: Value, unless standard: Value, _ key: Key) throws {
    if value != standard { try encode(value, forKey: key) }
  }
}

/// Any name of a field.
struct AnyKey: CodingKey, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init(stringLiteral name: String) { stringValue = name }
  init?(intValue: Int) { nil }
}
