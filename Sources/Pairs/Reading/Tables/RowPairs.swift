import Files
import Foundation

/// A row that names a picture.
struct PictureRow {
  /// Nil where the row needs none.
  let picture: FilePath?
  let captions: Captions
  /// The row's fields as a JSON object.
  let json: [UInt8]
}

/// Rows of a file, each of which names a picture and says something of it.
protocol PictureRows: Sendable {
  var path: FilePath { get }
  /// All of the file, as UTF-8.
  var bytes: [UInt8] { get }
  var count: Int { get }
  var skipped: [SkippedSample] { get }
  /// Where a row begins, and the number of its line.
  func place(of index: Int) -> (byte: Int?, line: Int)
  func row(at index: Int) throws(Flaw) -> PictureRow
}

/// Pairs listed in a file: a table, lines of JSON. Relative paths are sought beside it, then in the working directory.
struct RowPairs<Rows: PictureRows>: PairSource {
  let rows: Rows
  let options: ReadingOptions

  var count: Int { rows.count }
  var skipped: [SkippedSample] { rows.skipped }

  func pair(at index: Int) throws -> Pair { try pair(at: index, withImage: true) }
  func pairWithoutImage(at index: Int) throws -> Pair { try pair(at: index, withImage: false) }

  private func pair(at index: Int, withImage: Bool) throws -> Pair {
    let row = try rows.row(at: index)
    let captions = options.needs == .pictures ? Captions([]) : try row.captions.within(options.limits)
    guard !captions.texts.isEmpty || options.needs == .pictures else { throw Flaw.noCaption }
    let image = withImage ? try row.picture.map { try options.picture(resolved($0)) } : nil
    return Pair(
      key: key(row, index), image: image ?? [], captions: captions.texts, shares: captions.shares,
      label: options.label.flatMap { labelText(of: $0, row.json) }, json: row.json)
  }

  func location(of index: Int) -> PairLocation {
    let name = (try? rows.row(at: index)).map { key($0, index) }
    return PairLocation(
      key: name ?? "line \(rows.place(of: index).line)", file: rows.path.description, byte: rows.place(of: index).byte)
  }

  func identify(to identity: DataIdentity) {
    identity.add(file: rows.path, size: rows.bytes.count)
    identity.add(rows.bytes)
  }

  func identify(_ range: Range<Int>, to identity: DataIdentity) {
    for index in range {
      let row = try? rows.row(at: index)
      identity.add(row?.picture?.bytes ?? [])
      identity.add(row?.json ?? [])
      // The picture lies beside, and may be another under the same name.
      if options.needs != .texts, let picture = row?.picture, let file = try? ReadOnlyFile(resolved(picture)) {
        identity.add("\(file.size)")
      }
    }
  }

  private func key(_ row: PictureRow, _ index: Int) -> String {
    row.picture?.description ?? "line \(rows.place(of: index).line)"
  }

  /// The picture's path. Only where there is nothing of that name, blanks around it go, and then `\` is Windows' `/`.
  private func resolved(_ picture: FilePath) -> FilePath {
    let trimmed = picture.text.map { FilePath($0.trimmingCharacters(in: .whitespaces)) } ?? picture
    let slashed = trimmed.text.map { FilePath($0.replacing("\\", with: "/")) } ?? trimmed
    let ways = [picture, trimmed, slashed].flatMap { path in
      path.isAbsolute ? [path] : [(rows.path.parent ?? "") / path, path]
    }
    return ways.first { FileKind(at: $0) != nil } ?? trimmed
  }
}

/// A text file's bytes as UTF-8: decoded where a mark or the options name another encoding, else as they are, since one
/// bad line isn't the whole file's fault.
func tableBytes(_ path: FilePath, _ options: ReadingOptions) throws(ShardError) -> (bytes: [UInt8], isOriginal: Bool) {
  let file = try DataSetFile(path)
  let format = FileFormat(try file.read(0..<min(file.size, 16)))
  let isCompressed = options.unpacking != nil && format?.isCompression == true
  if !isCompressed { try file.requireKnownFormat() }
  let bytes = try isCompressed ? DecompressedFile(path).rest() : file.readAll()
  let marks: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF], [0, 0, 0xFE, 0xFF]]
  let isMarked = marks.contains(where: bytes.starts)
  if !isMarked, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (Array(bytes.dropFirst(3)), false) }
  guard isMarked || options.encoding != nil || bytes.prefix(1024).contains(0) else { return (bytes, !isCompressed) }
  do { return (Array(try decodedText(bytes, as: options.encoding).utf8), false) } catch {
    throw .encoding(path: path.description, problem: "\(error)")
  }
}

/// A source that lists its pictures by name.
protocol PictureListing {
  /// As the rows that can be read have them.
  var pictures: [FilePath] { get }
}

extension RowPairs: PictureListing {
  var pictures: [FilePath] { (0..<count).compactMap { (try? rows.row(at: $0))?.picture } }
}
