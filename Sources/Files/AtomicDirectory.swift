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

  /// Removes what writers that died left in `parent` of files and directories with such names; what else is called
  /// `.tmp-…` there is somebody else's. Call while no other process writes there.
  public static func removeStale(in parent: String, of isOurs: (_ name: String) -> Bool) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names where finalName(of: name).map(isOurs) ?? false {
      try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
    }
  }

  /// The name that a temporary of ours was to get: `run.yaml` for `.tmp-new-4711-run.yaml`.
  private static func finalName(of temporary: String) -> String? {
    let parts = temporary.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == ".tmp", ["new", "old", "probe", "index"].contains(parts[1]),
      Int(parts[2]) != nil
    else {
      return nil
    }
    return String(parts[3])
  }

  /// A directory can't be renamed over one with files in it, so an old one steps aside first. A crash between the two
  /// renames leaves neither, which is why only the writer of the same step replaces anything.
  private static func replace(_ path: String, by temporary: String) throws(FileError) {
    let old = beside(path, "old")
    if FileManager.default.fileExists(atPath: path) { try move(path, to: old) }
    try move(temporary, to: path)
    try synchronize(parentDirectory(path))
    try? FileManager.default.removeItem(atPath: old)
  }

  /// Files first, then the directories that name them. A directory that can't be listed isn't known to be on the disk.
  private static func syncAll(_ directory: String) throws(FileError) {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: directory) } catch {
      throw .unreadable(path: directory, reason: readingReason(directory, otherwise: "\(error)"))
    }
    for path in names.map({ "\(directory)/\($0)" }) {
      if isDirectory(path) { try syncAll(path) } else { try synchronize(path) }
    }
    try synchronize(directory)
  }

  /// Where what becomes `path` is written.
  static func beside(_ path: String, _ what: String) -> String {
    "\(parentDirectory(path))/\(prefix)\(what)-\(getpid())-\(lastComponent(path))"
  }
}
