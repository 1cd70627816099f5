import Foundation

/// Pairs listed in a table with a header line: a column of picture paths and one of captions, OpenCLIP's by default.
///
/// Separated by commas, or by tabs when the header has one; fields may be quoted. Relative paths are sought beside the
/// table, then in the working directory.
public struct TablePairs: PairSource {
  private let table: String
  private let rows: [(image: String, caption: String)]
  public let skipped: [SkippedSample]

  public var count: Int { rows.count }

  public init(_ path: String, imageColumn: String = "filepath", captionColumn: String = "title") throws(ShardError) {
    let bytes = try DataSetFile(path).readAll()
    let header = bytes.prefix { $0 != UInt8(ascii: "\n") }
    var lines = separatedFields(bytes, by: header.contains(UInt8(ascii: "\t")) ? "\t" : ",")
    let columns = lines.isEmpty ? [] : lines.removeFirst()
    func position(_ name: String) throws(ShardError) -> Int {
      guard let found = columns.firstIndex(of: name) else { throw .column(path: path, name: name, found: columns) }
      return found
    }
    let (image, caption) = (try position(imageColumn), try position(captionColumn))
    let all = lines.map { (image: $0.count > image ? $0[image] : "", caption: $0.count > caption ? $0[caption] : "") }
    func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
    rows = all.filter { !isBlank($0.image) }
    skipped = all.enumerated().filter { isBlank($1.image) }.map { number, _ in
      SkippedSample(key: "row \(number + 1)", shard: path, reason: "its \(imageColumn) is empty")
    }
    guard !rows.isEmpty else { throw .noPairs(path: path) }
    table = path
  }

  public func pair(at index: Int) throws -> Pair {
    let pair = try pairWithoutImage(at: index)
    return Pair(key: pair.key, image: try picture(pair.key), captions: pair.captions)
  }

  public func pairWithoutImage(at index: Int) throws -> Pair {
    let (image, caption) = rows[index]
    return Pair(key: image, image: [], captions: try captions(key: image, text: Array(caption.utf8), json: nil))
  }

  /// Every row names a file of its own, so that one that can't be read is that row's fault alone.
  private func picture(_ image: String) throws -> [UInt8] {
    do {
      return try DataSetFile(resolved(image)).readAll()
    } catch ShardError.missing(let path) {
      throw SampleError.noFile(key: image, path: path)
    } catch ShardError.unreadable(let path, let reason) {
      throw SampleError.unreadable(key: image, path: path, reason: reason)
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
