import Foundation

/// Where a record lies.
public struct PairLocation: Hashable, Sendable, Codable {
  /// The record's name in its source.
  public let key: String
  /// The shard, table or folder.
  public let file: String
  /// Where in that file it begins; nil in a folder.
  public let byte: Int?

  public init(key: String, file: String, byte: Int? = nil) {
    (self.key, self.file, self.byte) = (key, file, byte)
  }
}

/// A record that isn't used, or not all of it, and why.
public struct SkippedSample: Hashable, Sendable, Codable {
  public let location: PairLocation
  public let flaw: Flaw

  public init(_ flaw: Flaw, at location: PairLocation) {
    (self.location, self.flaw) = (location, flaw)
  }

  public var key: String { location.key }
  /// The shard, table or folder.
  public var shard: String { location.file }
  public var reason: String { flaw.description }
}

extension SkippedSample: CustomStringConvertible {
  public var description: String { shard.isEmpty ? "\(key): \(reason)" : "\(key) in \(shard): \(reason)" }
}

extension SkippedSample {
  private struct Line: Encodable {
    let file: String
    let record: String
    let byte: Int?
    let kind: String
    let reason: String
  }

  /// A line of `skipped.jsonl`.
  public var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = Line(file: shard, record: key, byte: location.byte, kind: flaw.kind, reason: reason)
    guard let text = try? encoder.encode(line) else { preconditionFailure("skipped sample: \(self) does not encode") }
    return String(decoding: text, as: UTF8.self)
  }
}
