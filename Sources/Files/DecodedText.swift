internal import CGLib
import Foundation

/// Why bytes aren't the text that they should be.
public enum TextProblem: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  case notUTF8(byte: Int)
  case utf16WithoutMark
  case nul(byte: Int)
  case undecodable(encoding: String)
  case unknownEncoding(String)

  public var description: String {
    switch self {
    case .notUTF8(let byte): "it isn't UTF-8 at byte \(byte); convert it, or set data.encoding (latin1, cp1252, gbk, …)"
    case .utf16WithoutMark: "it looks like UTF-16 without a byte-order mark; convert it, or set data.encoding: utf-16le"
    case .nul(let byte): "it has a NUL at byte \(byte), which no text has"
    case .undecodable(let encoding): "it isn't \(encoding), which data.encoding says"
    case .unknownEncoding(let name): "data.encoding \(name) isn't known here; `iconv -l` lists those that are"
    }
  }
}

/// Throws unless texts of this encoding can be decoded.
package func checkEncoding(_ name: String) throws(TextProblem) {
  guard convert([], from: name) != nil else { throw .unknownEncoding(name) }
}

/// The text that bytes hold: UTF-8, or what a byte-order mark says, or else what `encoding` does. NULs at the end, by
/// which some tools fill records up, go.
package func decodedText(_ bytes: [UInt8], as encoding: String?) throws(TextProblem) -> String {
  if let text = try markedText(bytes) { return trimmed(text) }
  if let encoding {
    guard let text = convert(bytes, from: encoding) else { throw .undecodable(encoding: encoding) }
    return trimmed(text)
  }
  let end = (bytes.lastIndex { $0 != 0 } ?? -1) + 1
  if let nul = bytes[..<end].firstIndex(of: 0) {
    throw looksLikeUTF16(bytes) ? .utf16WithoutMark : .nul(byte: nul)
  }
  guard let text = String(validating: bytes[..<end], as: UTF8.self) else {
    throw .notUTF8(byte: FilePath(bytes: bytes).firstInvalid ?? 0)
  }
  return text
}

/// What a mark in front says, without it; nil where there is none.
private func markedText(_ bytes: [UInt8]) throws(TextProblem) -> String? {
  let marks: [(mark: [UInt8], encoding: String)] = [
    ([0xEF, 0xBB, 0xBF], "UTF-8"), ([0xFF, 0xFE, 0, 0], "UTF-32LE"), ([0, 0, 0xFE, 0xFF], "UTF-32BE"),
    ([0xFF, 0xFE], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE"),
  ]
  guard let (mark, encoding) = marks.first(where: { bytes.starts(with: $0.mark) }) else { return nil }
  guard let text = convert(Array(bytes.dropFirst(mark.count)), from: encoding) else {
    throw .undecodable(encoding: encoding)
  }
  return text
}

private func trimmed(_ text: String) -> String {
  var text = text
  while text.unicodeScalars.last == "\0" { text.unicodeScalars.removeLast() }
  return text
}

/// Of ASCII in UTF-16 every other byte is 0.
private func looksLikeUTF16(_ bytes: [UInt8]) -> Bool {
  let start = bytes.prefix(1024)
  let (even, odd) = (
    start.enumerated().count { $0.offset % 2 == 0 && $0.element == 0 },
    start.enumerated().count { $0.offset % 2 == 1 && $0.element == 0 }
  )
  return bytes.count % 2 == 0 && max(even, odd) * 4 > start.count && min(even, odd) * 8 < max(even, odd)
}

/// Through the system's `iconv`, which knows some hundred encodings; nil where a byte isn't of this one.
private func convert(_ bytes: [UInt8], from encoding: String) -> String? {
  bytes.withUnsafeBytes { raw in
    var written: gsize = 0
    let text = g_convert(
      raw.baseAddress?.assumingMemoryBound(to: CChar.self) ?? UnsafePointer(bitPattern: 1), gssize(raw.count), "UTF-8",
      encoding, nil, &written, nil)
    guard let text else { return nil }
    defer { g_free(text) }
    return String(
      validating: UnsafeRawBufferPointer(start: text, count: Int(written)), as: UTF8.self)
  }
}

extension FilePath {
  /// Where the first byte lies that isn't UTF-8.
  fileprivate var firstInvalid: Int? {
    var (decoder, rest, at) = (UTF8(), bytes.makeIterator(), 0)
    while true {
      switch decoder.decode(&rest) {
      case .scalarValue(let scalar): at += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return at
      }
    }
  }
}
