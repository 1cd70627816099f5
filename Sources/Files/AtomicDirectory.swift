import Foundation

/// A directory that appears whole or not at all: written beside its place, synced, renamed.
public enum AtomicDirectory {
  /// Temporaries start with this, in the parent of what they become.
  package static let prefix = ".tmp-"

  /// Calls `fill` with the path of an empty directory, which then takes the place of `path`.
  public static func write(_ path: String, _ fill: (_ temporary: String) throws -> Void) throws {
    let temporary = beside(path, "new")
    try? FileManager.default.removeItem(atPath: temporary)  // of a dead process that had our number
    try makeDirectories(temporary)
    do {
      try fill(temporary)
      try syncAll(temporary)
      try replace(path, by: temporary)
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw error
    }
  }

  /// Removes what writers that died left in `parent`. Call while no other process writes there.
  public static func removeStale(in parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names where name.hasPrefix(prefix) {
      try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
    }
  }

  /// A directory can't be renamed over one with files in it, so an old one steps aside first. A crash between the two
  /// renames leaves neither, which is why only the writer of the same step replaces anything.
  private static func replace(_ path: String, by temporary: String) throws(FileError) {
    let old = beside(path, "old")
    if FileManager.default.fileExists(atPath: path) { try move(path, old) }
    try move(temporary, path)
    try sync(parentDirectory(path))
    try? FileManager.default.removeItem(atPath: old)
  }

  static func move(_ from: String, _ to: String) throws(FileError) {
    guard rename(from, to) == 0 else { throw .unwritable(path: to, reason: systemReason()) }
  }

  /// Files first, then the directories that name them.
  private static func syncAll(_ directory: String) throws(FileError) {
    for name in (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? [] {
      try sync("\(directory)/\(name)")
    }
    try sync(directory)
  }

  static func sync(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  /// Where what becomes `path` is written.
  static func beside(_ path: String, _ what: String) -> String {
    "\(parentDirectory(path))/\(prefix)\(what)-\(getpid())-\((path as NSString).lastPathComponent)"
  }
}
