/// A path, or a part of one, as the system has it: bytes, of which nobody promised that they are UTF-8.
///
/// Equal ones have equal bytes, where Swift's strings are equal up to canonical equivalence.
package struct FilePath: Hashable, Comparable, Sendable, ExpressibleByStringLiteral {
  package let bytes: [UInt8]

  package init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
  package init(_ text: String) { bytes = Array(text.utf8) }
  package init(stringLiteral text: String) { self.init(text) }

  /// The path as text; nil where it isn't UTF-8.
  package var text: String? { String(validating: bytes, as: UTF8.self) }

  /// What follows the last slash.
  package var lastComponent: FilePath {
    FilePath(bytes: bytes.suffix(while: { $0 != slash }))
  }

  /// What stands before the last slash; nil where there is none.
  package var parent: FilePath? {
    bytes.lastIndex(of: slash).map { FilePath(bytes: $0 == 0 ? bytes[...0] : bytes[..<$0]) }
  }

  package var isAbsolute: Bool { bytes.first == slash }

  package static func / (folder: FilePath, name: FilePath) -> FilePath {
    if folder.bytes.isEmpty { return name }
    return FilePath(bytes: folder.bytes + (folder.bytes.last == slash ? [] : [slash]) + name.bytes)
  }

  package static func < (a: FilePath, b: FilePath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }

  /// Calls `body` with the path as C has it; nil where it holds a NUL, at which C would cut it off.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result? {
    guard !bytes.contains(0) else { return nil }
    return (bytes + [0]).withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
  }
}

private let slash = UInt8(ascii: "/")

extension FilePath: CustomStringConvertible {
  /// The path as text. Of one that isn't UTF-8, each byte that isn't is `\xE9` and a backslash is `\\`, so that two
  /// such paths never look alike.
  package var description: String {
    if let text { return text }
    var (shown, rest) = ("", bytes[...])
    while let first = rest.first {
      let length = (1...4).first { String(validating: rest.prefix($0), as: UTF8.self) != nil && rest.count >= $0 }
      let character = length.map { rest.prefix($0) } ?? rest.prefix(1)
      if length == nil {
        shown += "\\x" + (first < 16 ? "0" : "") + String(first, radix: 16, uppercase: true)
      } else {
        shown += first == UInt8(ascii: "\\") ? "\\\\" : String(decoding: character, as: UTF8.self)
      }
      rest = rest.dropFirst(character.count)
    }
    return shown
  }
}

extension [UInt8] {
  /// The longest end all of whose bytes are such.
  fileprivate func suffix(while belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    self[(lastIndex { !belongs($0) }.map { $0 + 1 } ?? 0)...]
  }
}
