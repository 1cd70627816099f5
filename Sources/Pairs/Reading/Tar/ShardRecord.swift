import Files

/// What is known of a shard's record before it is read.
struct ShardRecord: Hashable {
  /// How many kinds of members a record has: its picture, text, JSON and label.
  static let kinds = 4
  /// Of a text, a JSON or a label so many bytes count in the captions' hash; of its size all do.
  static let hashedBytes = 1 << 20

  let key: FilePath
  /// Where its first member's header begins.
  let byte: Int
  /// Its members by kind.
  let members: [Extent?]
  /// A hash of the picture's header; 0 without a picture.
  let seal: UInt32
  /// A hash of what is said of the picture.
  let captions: UInt64

  var picture: Extent? { members[0] }
  var text: Extent? { members[1] }
  var json: Extent? { members[2] }
  var label: Extent? { members[3] }

  static func hash(text: [UInt8]?, json: [UInt8]?, label: [UInt8]?) -> UInt64 {
    contentHash(parts: [text, json, label].map { part in part.map { Array($0.prefix(hashedBytes)) } })
  }
}
