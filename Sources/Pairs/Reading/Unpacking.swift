import Files
import Foundation

extension ReadingOptions {
  /// A tar as it can be read by position: itself, or its plain copy, made where there is none yet.
  ///
  /// - Throws: `ShardError` where the file is compressed and the options name no folder for its copy.
  func plain(_ path: FilePath) throws(ShardError) -> FilePath {
    guard let folder = unpacking else { return path }
    let file = try DataSetFile(path)
    guard let format = FileFormat(try file.read(0..<min(file.size, 16))), format.isCompression else { return path }
    let copy = "\(folder)/\(sha256(Array("\(path) \(file.stamp)".utf8)).prefix(24)).tar"
    if FileKind(at: FilePath(copy)) == nil { try unpack(path, to: copy) }
    return FilePath(copy)
  }

  private func unpack(_ path: FilePath, to copy: String) throws(ShardError) {
    do {
      try makeDirectories((copy as NSString).deletingLastPathComponent)
      let place = AtomicFile(copy)
      let descriptor = open(place.temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw FileError.unwritable(path: copy, reason: systemReason()) }
      defer { close(descriptor) }
      let file = try DecompressedFile(path)
      while let piece = try file.next() { try writeAll(piece, to: descriptor, path: copy) }
      try place.finish()
    } catch let error as FileError {
      throw ShardError(error)
    } catch let error as ShardError {
      throw error
    } catch {
      throw .unreadable(path: path.description, reason: "\(error)")
    }
  }
}

/// Removes what `ReadingOptions.unpacking` let appear in a folder, and the folder where nothing else is in it.
public func removeUnpacked(in folder: String) {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  for name in names where name.wholeMatch(of: /[0-9a-f]{24}\.tar|\.tmp-new-.*/) != nil { unlink("\(folder)/\(name)") }
  rmdir(folder)
}
