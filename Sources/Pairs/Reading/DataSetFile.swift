import Files

/// A file of a data set, read by position, whose failures are the data set's.
struct DataSetFile {
  private let file: ReadOnlyFile

  var path: String { file.path }
  var size: Int { file.size }

  init(_ path: String) throws(ShardError) {
    do { file = try ReadOnlyFile(path) } catch { throw ShardError(error) }
  }

  func read(_ range: Range<Int>) throws(ShardError) -> [UInt8] {
    do { return try file.read(range) } catch { throw ShardError(error) }
  }

  func readAll() throws(ShardError) -> [UInt8] { try read(0..<size) }
}

extension ShardError {
  init(_ error: FileError) {
    self =
      switch error {
      case .missing(let path): .missing(path: path)
      case .unreadable(let path, let reason): .unreadable(path: path, reason: reason)
      case .unwritable(let path, let reason): .unwritable(path: path, reason: reason)
      }
  }
}
