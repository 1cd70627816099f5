import Files
import Foundation

/// A table, of which a column has paths of pictures and another captions: `filepath` and `title`, as OpenCLIP has it, or
/// what the options or the first line name.
struct TableRows: PictureRows {
  let path: FilePath
  let skipped: [SkippedSample]
  private let text: DelimitedText
  private let columns: TableColumns
  private let rows: [DelimitedText.Row]
  private let options: ReadingOptions
  private let isOriginal: Bool

  var count: Int { rows.count }
  var bytes: [UInt8] { text.bytes }

  /// Reads a table.
  ///
  /// - Throws: `ShardError` where it can't be read, doesn't tell its columns, ends inside quotes, or has no good row.
  init(_ path: FilePath, _ options: ReadingOptions) throws(ShardError) {
    let (bytes, isOriginal) = try tableBytes(path, options)
    let isTabbed = plainEnding(path, options) == "tsv"
    guard bytes.contains(where: { !$0.isBlank }) else {
      throw .noPairs(path: path.description, expected: "a line that names the columns, and rows", found: "nothing")
    }
    columns = try TableColumns(of: path, bytes, options, isTabbed: isTabbed)
    if let label = options.label, !columns.names.contains(label) {
      throw .column(path: path.description, name: label, found: columns.names)
    }
    text = DelimitedText(bytes: bytes, separator: columns.separator, quotes: options.table.quotes)
    let (all, openQuote) = text.rows()
    if let openQuote { throw .openQuote(path: path.description, line: openQuote) }
    (self.path, self.options, self.isOriginal) = (path, options, isOriginal)
    var (rows, skipped) = ([DelimitedText.Row](), [SkippedSample]())
    for row in all.dropFirst((columns.hasSeparatorLine ? 1 : 0) + (columns.hasHeader ? 1 : 0)) {
      do throws(Flaw) {
        try Self.check(try text.fields(row), row, columns)
        rows.append(row)
      } catch {
        let place = PairLocation(
          key: "line \(row.line)", file: path.description, byte: isOriginal ? row.bytes.lowerBound : nil)
        skipped.append(SkippedSample(error, at: place))
      }
    }
    guard !rows.isEmpty else {
      throw .noPairs(
        path: path.description, expected: "rows of \(columns.names.joined(separator: ", "))",
        found: skipped.isEmpty ? "none below the first line" : SkipSummary(skipped).inOneLine)
    }
    (self.rows, self.skipped) = (rows, skipped)
  }

  private static func check(
    _ fields: [[UInt8]], _ row: DelimitedText.Row, _ columns: TableColumns
  ) throws(Flaw) {
    let needed = 1 + max(columns.image ?? 0, columns.caption ?? 0)
    guard fields.count >= needed, fields.dropFirst(columns.names.count).allSatisfy(\.isEmpty) else {
      throw .fields(line: row.line, found: fields.count, expected: columns.names.count)
    }
    if let image = columns.image, fields[image].allSatisfy(\.isBlank) {
      throw .emptyField(line: row.line, column: columns.names[image])
    }
  }

  func place(of index: Int) -> (byte: Int?, line: Int) {
    (isOriginal ? rows[index].bytes.lowerBound : nil, rows[index].line)
  }

  func row(at index: Int) throws(Flaw) -> PictureRow {
    let fields = try text.fields(rows[index])
    func texts(_ column: Int?) throws(Flaw) -> [String] {
      guard let column, column < fields.count else { return [] }
      // Decoded already where the file isn't UTF-8.
      do { return [try decodedText(fields[column], as: nil)] } catch {
        throw .text(part: columns.names[column], error)
      }
    }
    let captions =
      if options.captions.isEmpty {
        Captions(try texts(columns.caption))
      } else {
        try Captions(options.captions) { (name) throws(Flaw) in try texts(columns.names.firstIndex(of: name)) }
      }
    return PictureRow(
      picture: columns.image.map { FilePath(bytes: fields[$0]) }, captions: captions, json: json(fields))
  }

  /// The fields by their columns' names, of those that are text.
  private func json(_ fields: [[UInt8]]) -> [UInt8] {
    let texts = zip(columns.names, fields).compactMap { name, field in
      String(validating: field, as: UTF8.self).map { (name, $0) }
    }
    let object = Dictionary(texts) { first, _ in first }
    // The same bytes in every process, since they are part of what tells data apart.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(object)).map(Array.init) ?? []
  }
}

extension UInt8 {
  var isBlank: Bool { self == 0x20 || 9...13 ~= self }
}
