import Files

/// Texts without pictures, one a line.
struct TextLines: PairSource {
  private let path: FilePath
  private let bytes: [UInt8]
  private let lines: [TextLine]
  private let options: ReadingOptions

  var count: Int { lines.count }

  init(_ path: FilePath, _ options: ReadingOptions) throws(ShardError) {
    guard options.needs == .texts else {
      throw .noPairs(
        path: path.description, expected: "pictures too", found: "lines of text, which `embed --tower text` takes")
    }
    bytes = try tableBytes(path, options).bytes
    lines = textLines(bytes)
    guard !lines.isEmpty else { throw .noPairs(path: path.description, expected: "lines of text", found: "none") }
    (self.path, self.options) = (path, options)
  }

  func pair(at index: Int) throws -> Pair {
    let line = lines[index]
    let text: String
    do { text = try decodedText(Array(bytes[line.bytes]), as: nil) } catch {
      throw Flaw.text(part: "line \(line.number)", error)
    }
    return Pair(key: "line \(line.number)", image: [], captions: try Captions([text]).within(options.limits).texts)
  }

  func identify(_ range: Range<Int>, to identity: DataIdentity) {
    for line in lines[range] { identity.add(Array(bytes[line.bytes])) }
  }

  func location(of index: Int) -> PairLocation {
    PairLocation(key: "line \(lines[index].number)", file: path.description)
  }
}

struct TextLine: Sendable {
  /// Without its break.
  let bytes: Range<Int>
  /// From 1.
  let number: Int
}

/// The lines that aren't blank.
func textLines(_ bytes: [UInt8]) -> [TextLine] {
  var (lines, at, number) = ([TextLine](), 0, 1)
  while at < bytes.count {
    let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    if !bytes[at..<end].allSatisfy(\.isBlank) { lines.append(TextLine(bytes: at..<end, number: number)) }
    (at, number) = (end + 1, number + 1)
  }
  return lines
}
