/// What embeddings were made by, in the directory's form before shards.
public struct EmbeddingManifest: Codable, Sendable, Equatable {
  public static let name = "embeddings.json"

  /// `Encoders.fingerprint`
  public let model: String
  public let pairs: Int
  public let width: Int
  /// The form of the directory.
  public let format: Int
}
