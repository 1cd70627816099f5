import Foundation

/// Pairs listed in a table with a header line: a column of picture paths and one of captions, OpenCLIP's by default.
///
/// Separated by commas, or by tabs when the header has one; fields may be quoted. Relative paths are sought beside the
/// table, then in the working directory.
public struct TablePairs: PairSource {
  private let table: String
  private let rows: [(image: String, caption: String)]

  public var count: Int { rows.count }

  public init(_ path: String, imageColumn: String = "filepath", captionColumn: String = "title") throws(ShardError) {
    let bytes = try ReadOnlyFile(path).readAll()
    let header = bytes.prefix { $0 != UInt8(ascii: "\n") }
    var lines = separatedFields(bytes, by: header.contains(UInt8(ascii: "\t")) ? "\t" : ",")
    let columns = lines.isEmpty ? [] : lines.removeFirst()
    func position(_ name: String) throws(ShardError) -> Int {
      guard let found = columns.firstIndex(of: name) else { throw .column(path: path, name: name, found: columns) }
      return found
    }
    let (image, caption) = (try position(imageColumn), try position(captionColumn))
    rows = lines.map { ($0.count > image ? $0[image] : "", $0.count > caption ? $0[caption] : "") }
    guard !rows.isEmpty else { throw .noPairs(path: path) }
    table = path
  }

  public func pair(at index: Int) throws -> Pair {
    let (image, caption) = rows[index]
    let found = try captions(key: image, text: Array(caption.utf8), json: nil)
    do {
      return Pair(key: image, image: try ReadOnlyFile(resolved(image)).readAll(), captions: found)
    } catch ShardError.missing(let path) {
      throw SampleError.noFile(key: image, path: path)
    }
  }

  public func location(of index: Int) -> PairLocation { PairLocation(key: rows[index].image, file: table) }

  private func resolved(_ image: String) -> String {
    if image.hasPrefix("/") { return image }
    let beside = URL(fileURLWithPath: table).deletingLastPathComponent().appendingPathComponent(image).path
    return FileManager.default.fileExists(atPath: beside) ? beside : image
  }
}

/// Lines of fields. A quoted field may hold separators, line breaks, and quotes written twice. Empty lines are left out.
///
/// - Source: RFC 4180.
func separatedFields(_ bytes: [UInt8], by separator: Character) -> [[String]] {
  let (quote, line) = (UInt8(ascii: "\""), UInt8(ascii: "\n"))
  let separator = separator.asciiValue!
  var lines: [[String]] = []
  var (fields, field, quoted, at) = ([String](), [UInt8](), false, 0)

  func endField() {
    fields.append(String(decoding: field, as: UTF8.self))
    field = []
  }
  func endLine() {
    if field.last == UInt8(ascii: "\r") { field.removeLast() }
    endField()
    if fields != [""] { lines.append(fields) }
    fields = []
  }
  while at < bytes.count {
    let byte = bytes[at]
    at += 1
    switch byte {
    case quote where quoted && at < bytes.count && bytes[at] == quote:
      field.append(quote)
      at += 1
    case quote where quoted || field.isEmpty: quoted.toggle()
    case separator where !quoted: endField()
    case line where !quoted: endLine()
    default: field.append(byte)
    }
  }
  endLine()
  return lines
}
