import Foundation

/// A picture and what is said of it, as stored: nothing decoded.
public struct Pair: Sendable {
  /// Names the pair in its source: a WebDataset key, or the picture's path.
  public let key: String
  /// The picture's file: JPEG, PNG, WebP, …
  public let image: [UInt8]
  /// At least one, none empty, none twice.
  public let captions: [String]
  /// The bytes of `key.json`, or nothing.
  public let json: [UInt8]

  public init(key: String, image: [UInt8], captions: [String], json: [UInt8] = []) {
    (self.key, self.image, self.captions, self.json) = (key, image, captions, json)
  }

  /// The pair's `key.json`, decoded; an empty object when there is none.
  public func metadata<Fields: Decodable>(as type: Fields.Type) throws(SampleError) -> Fields {
    do {
      return try JSONDecoder().decode(type, from: json.isEmpty ? Data("{}".utf8) : Data(json))
    } catch {
      throw .metadata(key: key, problem: String(describing: error))
    }
  }
}
