/// Rows of fields that a separator parts. A quoted field may hold separators, line breaks, and quotes written twice.
///
/// Kept as bytes: of each row only its place is known until it is read.
///
/// - Source: RFC 4180.
struct DelimitedText: Sendable {
  struct Row: Sendable {
    let bytes: Range<Int>
    /// The number of the line in which it begins, from 1.
    let line: Int
  }

  private struct Field {
    var bytes: Range<Int>
    var isQuoted = false
  }

  let bytes: [UInt8]
  let separator: UInt8
  let quotes: Bool

  /// All rows that aren't blank, or the line whose quote stays open.
  func rows() -> (rows: [Row], openQuote: Int?) {
    var (rows, at, line) = ([Row](), 0, 1)
    while at < bytes.count {
      let row = scan(at, line)
      if row.isOpen { return (rows, row.openLine) }
      let isBlank = row.fields.count == 1 && row.fields[0].bytes.isEmpty && !row.fields[0].isQuoted
      if !isBlank { rows.append(Row(bytes: at..<row.end, line: line)) }
      (at, line) = (row.next, line + row.lines)
    }
    return (rows, nil)
  }

  /// A row's fields as they are meant.
  func fields(_ row: Row) throws(Flaw) -> [[UInt8]] {
    let found = scan(row.bytes.lowerBound, row.line)
    if let line = found.strayQuote { throw .quote(line: line) }
    return found.fields.map { field in
      let own = bytes[field.bytes]
      return field.isQuoted && own.contains(quote) ? unquoted(own) : Array(own)
    }
  }

  private func unquoted(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var (found, isSecond) = ([UInt8](), false)
    for byte in field {
      if byte == quote && isSecond {
        isSecond = false
      } else {
        found.append(byte)
        isSecond = byte == quote
      }
    }
    return found
  }

  private struct Scanned {
    var fields: [Field] = []
    /// Behind the last field, and behind the line's break.
    var end = 0
    var next = 0
    var lines = 1
    var isOpen = false
    var openLine = 0
    /// The line of the first quote that neither opens nor closes a whole field.
    var strayQuote: Int?
  }

  private func scan(_ start: Int, _ line: Int) -> Scanned {
    var (row, at) = (Scanned(), start)
    while true {
      var field = Field(bytes: at..<at)
      if quotes, at < bytes.count, bytes[at] == quote {
        field = quotedField(&at, &row, line + row.lines - 1)
        if row.isOpen { return row }
      } else {
        let first = bytes[at...].first { $0 != UInt8(ascii: " ") }
        if quotes, first == quote, bytes[at] == UInt8(ascii: " ") { row.strayQuote = line + row.lines - 1 }
      }
      let rest = at
      while at < bytes.count, bytes[at] != separator, !isBreak(bytes[at]) { at += 1 }
      if field.isQuoted {
        if rest < at { row.strayQuote = row.strayQuote ?? line + row.lines - 1 }
      } else {
        field.bytes = rest..<at
      }
      row.fields.append(field)
      if at < bytes.count, bytes[at] == separator {
        at += 1
        continue
      }
      row.end = at
      if at < bytes.count { at += bytes[at] == cr && at + 1 < bytes.count && bytes[at + 1] == lf ? 2 : 1 }
      row.next = at
      return row
    }
  }

  /// Goes behind the quote that closes the field.
  private func quotedField(_ at: inout Int, _ row: inout Scanned, _ line: Int) -> Field {
    let start = at + 1
    at = start
    while at < bytes.count {
      if bytes[at] == quote {
        if at + 1 < bytes.count, bytes[at + 1] == quote { at += 1 } else { break }
      } else if bytes[at] == lf || bytes[at] == cr && !(at + 1 < bytes.count && bytes[at + 1] == lf) {
        row.lines += 1
      }
      at += 1
    }
    guard at < bytes.count else {
      (row.isOpen, row.openLine) = (true, line)
      return Field(bytes: start..<at)
    }
    at += 1
    return Field(bytes: start..<at - 1, isQuoted: true)
  }

  private func isBreak(_ byte: UInt8) -> Bool { byte == lf || byte == cr }
}

private let quote = UInt8(ascii: "\"")
private let (cr, lf) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
