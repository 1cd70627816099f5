import Files
import Foundation

/// A file's bytes.
public func fileBytes(_ path: String) throws(EvaluationError) -> [UInt8] {
  do {
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    throw .unreadable(path: path, reason: readingReason(path, otherwise: "reading failed"))
  }
}
