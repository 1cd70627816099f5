import Files

/// A shard by its name, and the file that has its plain bytes: another one where it is compressed.
struct ShardFile: Hashable, Sendable {
  let path: FilePath
  let plain: FilePath

  init(path: FilePath, plain: FilePath? = nil) { (self.path, self.plain) = (path, plain ?? path) }

  func stamp() throws(ShardError) -> ShardStamp { ShardStamp(plain, try DataSetFile(plain, named: path).stamp) }

  func open(_ stamp: ShardStamp) throws(ShardError) -> DataSetFile {
    let file = try DataSetFile(plain, named: path)
    guard ShardStamp(plain, file.stamp) == stamp else { throw .changed(path: file.path) }
    return file
  }
}

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
