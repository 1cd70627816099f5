import Foundation

/// Writes a text file.
public func write(_ text: String, _ path: String) throws {
  try text.write(toFile: path, atomically: false, encoding: .utf8)
}

/// A text file.
public func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// What is in a directory, sorted.
public func names(_ directory: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}
