import Files

/// The files of a folder and of those within it, in the order of their names; links are followed.
///
/// What begins with a dot is passed over, and `__MACOSX`.
struct FolderTree {
  let root: FilePath
  /// Relative to the root. What isn't a file but is named like one is among them: reading says what it is.
  private(set) var names: [FilePath] = []
  private(set) var skipped: [SkippedSample] = []
  /// Links may lead in circles, or twice to one folder.
  private var seen: Set<FileIdentity> = []

  init(_ root: FilePath) throws(ShardError) {
    self.root = root
    do { try add("") } catch { throw ShardError(error) }
  }

  private mutating func add(_ folder: FilePath) throws(FileError) {
    if let identity = FileIdentity(of: root / folder), !seen.insert(identity).inserted {
      return skip(.passedOver("a link to a folder that is read already"), folder)
    }
    for entry in try entries(of: root / folder) where entry.name.bytes.first != UInt8(ascii: ".") {
      let name = folder / entry.name
      guard entry.kind == .folder else {
        names.append(name)
        continue
      }
      if KeyedName(entry.name, .lastDot)?.part != nil { names.append(name) }
      if entry.name == "__MACOSX" { continue }
      do { try add(name) } catch { skip(.unreadable(path: error.path, reason: error.reason), name) }
    }
  }

  private mutating func skip(_ flaw: Flaw, _ name: FilePath) {
    skipped.append(SkippedSample(flaw, at: PairLocation(key: name.description, file: root.description)))
  }
}
