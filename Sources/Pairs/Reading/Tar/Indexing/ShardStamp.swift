import Files

/// What tells whether a shard is still the one that was indexed, by whatever path: moved with its times, it is.
struct ShardStamp: Codable, Hashable, Sendable {
  let name: String
  let size: Int
  let seconds: Int
  let nanoseconds: Int

  init(_ path: FilePath, _ stamp: ReadOnlyFile.Stamp) {
    name = path.lastComponent.description
    (size, seconds, nanoseconds) = (stamp.size, stamp.seconds, stamp.nanoseconds)
  }
}
