import Foundation

/// A file that appears whole or not at all: written beside its place, synced, renamed.
///
/// One that is let go of before it is finished leaves nothing.
package final class AtomicFile {
  package let path: String
  /// Where to write. What a writer that died left there is removed where a run directory is prepared.
  package let temporary: String
  private var isFinished = false

  /// Names the file; touches nothing.
  package init(_ path: String) {
    self.path = path
    temporary = AtomicDirectory.beside(path, "new")
  }

  deinit { if !isFinished { unlink(temporary) } }

  /// Gives the file its name. To be called once all is written, and no buffer holds any of it.
  package func finish() throws(FileError) {
    do {
      try requireRegular(path)
      try synchronize(temporary)
      try move(temporary, to: path)
      try synchronize(parentDirectory(path))
    } catch { throw .unwritable(path: path, reason: error.reason) }
    isFinished = true
  }

  /// Writes the whole file, so that readers find an old one or this one.
  package static func write(_ data: Data, to path: String) throws(FileError) {
    let file = AtomicFile(path)
    do { try writeFile(data, to: file.temporary) } catch { throw .unwritable(path: path, reason: error.reason) }
    try file.finish()
  }
}
