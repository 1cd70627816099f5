import Foundation

/// What `errno` says.
func systemReason() -> String { String(cString: strerror(errno)) }

/// Why a file couldn't be read: asked of the system again, since Foundation's errors often don't tell.
func fileReason(_ path: String) -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return systemReason() }
  defer { close(descriptor) }
  var byte: UInt8 = 0
  return read(descriptor, &byte, 1) < 0 ? systemReason() : "reading failed"
}

/// A file's bytes.
public func fileBytes(_ path: String) throws(EvaluationError) -> [UInt8] {
  do {
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    throw .unreadable(path: path, reason: fileReason(path))
  }
}
