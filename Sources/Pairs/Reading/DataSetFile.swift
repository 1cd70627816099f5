import Files

/// A file of a data set, read by position, whose failures are the data set's.
struct DataSetFile {
  private let file: ReadOnlyFile
  let path: String

  var size: Int { file.size }
  var stamp: ReadOnlyFile.Stamp { file.stamp }

  /// - Parameter name: what errors call it; nil: by its path.
  init(_ path: FilePath, named name: FilePath? = nil) throws(ShardError) {
    do { file = try ReadOnlyFile(path) } catch { throw ShardError(error) }
    self.path = (name ?? path).description
  }

  func read(_ range: Range<Int>) throws(ShardError) -> [UInt8] {
    do { return try file.read(range) } catch { throw ShardError(error) }
  }

  func readAll() throws(ShardError) -> [UInt8] { try read(0..<size) }

  /// Throws where the file is of a format that has another name and another use.
  func requireKnownFormat() throws(ShardError) {
    guard let format = FileFormat(try read(0..<min(size, 16))) else { return }
    throw .format(path: path, advice: format.advice(path))
  }
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

/// The whole of a file that holds one picture or one caption: what is wrong with it is that record's flaw.
func recordFile(_ path: FilePath, most: Int, _ tooLarge: (Int) -> Flaw) throws(Flaw) -> [UInt8] {
  do {
    let file = try DataSetFile(path)
    guard file.size <= most else { throw tooLarge(file.size) }
    return try file.readAll()
  } catch let flaw as Flaw {
    throw flaw
  } catch ShardError.missing {
    throw .noFile(path: path.description)
  } catch ShardError.unreadable(let path, let reason) {
    throw .unreadable(path: path, reason: reason)
  } catch {
    throw .unreadable(path: path.description, reason: "\(error)")
  }
}

extension ReadingOptions {
  func picture(_ path: FilePath) throws(Flaw) -> [UInt8] {
    try recordFile(path, most: limits.pictureBytes) { .pictureBytes($0, most: limits.pictureBytes) }
  }

  func caption(_ path: FilePath) throws(Flaw) -> [UInt8] {
    try recordFile(path, most: limits.textBytes) { .textBytes($0, most: limits.textBytes) }
  }
}
