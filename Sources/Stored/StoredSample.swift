import Foundation

/// What is known of a row's pair besides its key and the text that is embedded: a line of `samples-00000.jsonl`.
public struct StoredSample: Sendable, Equatable, Codable {
  /// All captions, where they are others than that text alone.
  public let captions: [String]?
  /// The class's name or number.
  public let label: String?
  /// The pair's own JSON, as a text.
  public let json: String?
  /// A 64-bit hash of the picture's file, in hexadecimal; nil where no picture was embedded.
  public let picture: String?

  package init(captions: [String]?, label: String?, json: String?, picture: String?) {
    (self.captions, self.label, self.json, self.picture) = (captions, label, json, picture)
  }

  /// A line of its file, without a line feed.
  func line(_ encoder: JSONEncoder) throws -> String { String(decoding: try encoder.encode(self), as: UTF8.self) }
}

extension EmbeddingStore {
  /// What is known of each row's pair; nothing of any in the form before shards.
  package func samples() throws(StoredError) -> [StoredSample] {
    let decoder = JSONDecoder()
    var samples: [StoredSample] = []
    for line in try lines(.samples) {
      guard let sample = try? decoder.decode(StoredSample.self, from: Data(line.utf8)) else {
        throw .manifest(path: path, problem: "row \(samples.count) of its samples isn't what is written there")
      }
      samples.append(sample)
    }
    return samples.isEmpty
      ? Array(repeating: .init(captions: nil, label: nil, json: nil, picture: nil), count: count) : samples
  }
}
