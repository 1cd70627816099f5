import Files
import Foundation

/// Which columns of a table hold pictures and captions, and what parts them: as the options say, else as the first line
/// tells where it leaves no doubt.
struct TableColumns {
  let separator: UInt8
  let hasHeader: Bool
  /// Whether the line above all is `sep=;`, by which spreadsheets tell each other.
  let hasSeparatorLine: Bool
  /// The columns' names; their numbers from 1 where no line names them.
  let names: [String]
  let image: Int?
  let caption: Int?

  /// - Parameter isTabbed: whether the file's name says that tabs part its fields.
  init(
    of path: FilePath, _ bytes: [UInt8], _ options: ReadingOptions, isTabbed: Bool
  ) throws(ShardError) {
    let table = options.table
    let told = Self.separatorLine(bytes)
    hasSeparatorLine = told != nil
    func known(_ fields: [String]) -> Int {
      [PictureNames.all, CaptionNames.all].count { Self.find($0, in: fields) != nil }
    }
    let rest = bytes[(told?.end ?? 0)...]
    func fields(_ separator: TableOptions.Separator) -> [String] { Self.firstLine(rest, separator.byte, table) }
    // That by which the first line names the most that is known, or which parts it at all.
    func score(_ separator: TableOptions.Separator) -> Int {
      let fields = fields(separator)
      return 2 * known(fields) + (fields.count > 1 ? 1 : 0)
    }
    let order: [TableOptions.Separator] =
      isTabbed || fields(.tab).count > 1 ? [.tab, .comma, .semicolon, .pipe] : [.comma, .semicolon, .pipe]
    let chosen = table.separator ?? told?.separator ?? order.reduce(order[0]) { score($1) > score($0) ? $1 : $0 }
    let fields = fields(chosen)
    separator = chosen.byte

    let namesAPicture = fields.contains { Part(ending: ($0 as NSString).pathExtension.lowercased())?.isPicture == true }
    hasHeader = table.header ?? !(known(fields) == 0 && namesAPicture && !Self.names(table, fields))
    names = hasHeader ? fields : fields.indices.map { "\($0 + 1)" }
    let columns = Finder(path: path.description, names: names, fields: fields, hasHeader: hasHeader)
    image =
      options.needs == .texts
      ? nil : try columns.find(table.image, "filepath", PictureNames.all, "pictures", "data.csv.image")
    let wantsCaption = options.needs != .pictures && options.captions.isEmpty
    caption = wantsCaption ? try columns.caption(table.caption, besides: image) : nil
    for field in options.captions where options.needs != .pictures && hasHeader && !names.contains(field.field) {
      throw .column(path: path.description, name: field.field, found: names)
    }
  }

  private static func names(_ table: TableOptions, _ fields: [String]) -> Bool {
    [table.image, table.caption].contains { $0.map(fields.contains) ?? false }
  }

  private static func separatorLine(_ bytes: [UInt8]) -> (separator: TableOptions.Separator, end: Int)? {
    for separator in TableOptions.Separator.allCases {
      let line = Array("sep=".utf8) + [separator.byte]
      guard bytes.starts(with: line) else { continue }
      let blanks = bytes[line.count...].prefix { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
      return blanks.isEmpty ? nil : (separator, blanks.endIndex)
    }
    return nil
  }

  private static func firstLine(_ bytes: ArraySlice<UInt8>, _ separator: UInt8, _ table: TableOptions) -> [String] {
    let end = bytes.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? bytes.endIndex
    let line = DelimitedText(bytes: Array(bytes[..<end]), separator: separator, quotes: table.quotes)
    guard let row = line.rows().rows.first, let fields = try? line.fields(row) else { return [] }
    return fields.map { FilePath(bytes: $0).description.trimmingCharacters(in: .whitespaces) }
  }

  /// The only field that is called one of these.
  static func find(_ known: [String], in fields: [String]) -> Int? {
    let found = fields.indices.filter { known.contains(fields[$0].lowercased()) }
    return found.count == 1 ? found[0] : nil
  }
}

private struct Finder {
  let path: String
  let names: [String]
  let fields: [String]
  let hasHeader: Bool

  /// The column that is asked for, or OpenCLIP's, or the only one of a known name.
  func find(
    _ asked: String?, _ standard: String, _ known: [String], _ what: String, _ key: String
  ) throws(ShardError) -> Int {
    if let asked {
      guard let found = names.firstIndex(of: asked) else { throw .column(path: path, name: asked, found: names) }
      return found
    }
    if let found = names.firstIndex(of: standard) ?? TableColumns.find(known, in: names) ?? guessed(key) {
      return found
    }
    throw .columnInDoubt(path: path, what: what, key: key, found: hasHeader ? names : fields)
  }

  func caption(_ asked: String?, besides image: Int?) throws(ShardError) -> Int {
    // Of two columns that none names the one that isn't the picture is the caption.
    if asked == nil, !hasHeader, fields.count == 2, let image { return 1 - image }
    return try find(asked, "title", CaptionNames.all, "captions", "data.csv.caption")
  }

  /// Of columns that none names: the one whose first field ends as a picture's name does.
  private func guessed(_ key: String) -> Int? {
    guard !hasHeader else { return nil }
    let pictures = fields.indices.filter {
      Part(ending: (fields[$0] as NSString).pathExtension.lowercased())?.isPicture == true
    }
    guard key == "data.csv.image" else { return fields.count == 1 && pictures.isEmpty ? 0 : nil }
    return pictures.count == 1 ? pictures[0] : nil
  }
}
