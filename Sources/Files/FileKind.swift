import Foundation

/// What lies at a path.
package enum FileKind: String, Sendable {
  case regular = "a regular file"
  case folder = "a folder"
  case pipe = "a FIFO"
  case socket = "a socket"
  case device = "a device"
  case unknown = "something unknown"

  init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      case S_IFCHR, S_IFBLK: .device
      default: .unknown
      }
  }

  /// What lies at a path, links followed; nil where nothing does.
  package init?(at path: FilePath) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    self.init(mode: status.st_mode)
  }
}

/// Which file or folder a path leads to, by whatever name.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let inode: UInt

  /// Nil where nothing lies there.
  package init?(of path: FilePath) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
  }
}

/// What a folder names.
package struct FolderEntry: Sendable {
  package let name: FilePath
  /// Links followed; nil where one leads nowhere.
  package let kind: FileKind?
}

/// What is in a folder, in the order of the names' bytes.
package func entries(of folder: FilePath) throws(FileError) -> [FolderEntry] {
  guard let directory = folder.withCString({ opendir($0) }) ?? nil else {
    throw errno == ENOENT
      ? .missing(path: folder.description) : .unreadable(path: folder.description, reason: systemReason())
  }
  defer { closedir(directory) }
  var found: [FolderEntry] = []
  errno = 0
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { FilePath(bytes: $0.prefix { $0 != 0 }) }
    if name == "." || name == ".." { continue }
    let kind: FileKind? =
      switch Int(entry.pointee.d_type) {
      case Int(DT_REG): .regular
      case Int(DT_DIR): .folder
      default: FileKind(at: folder / name)
      }
    found.append(FolderEntry(name: name, kind: kind))
    errno = 0
  }
  // A listing that stops half-way isn't one.
  guard errno == 0 else { throw .unreadable(path: folder.description, reason: systemReason()) }
  return found.sorted { $0.name < $1.name }
}
