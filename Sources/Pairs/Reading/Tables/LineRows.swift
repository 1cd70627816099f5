import Files
import Foundation

/// Lines of JSON, each an object that names a picture and its captions.
struct LineRows: PictureRows {
  let path: FilePath
  let bytes: [UInt8]
  private let isOriginal: Bool
  private let lines: [TextLine]
  /// The field that names the picture; nil where texts alone are read.
  private let image: String?
  private let options: ReadingOptions

  var count: Int { lines.count }
  var skipped: [SkippedSample] { [] }

  /// Reads the lines.
  ///
  /// - Throws: `ShardError` where the file can't be read, or no field is known to name pictures.
  init(_ path: FilePath, _ options: ReadingOptions) throws(ShardError) {
    (bytes, isOriginal) = try tableBytes(path, options)
    (self.path, self.options) = (path, options)
    lines = textLines(bytes)
    guard !lines.isEmpty else {
      throw .noPairs(path: path.description, expected: "a JSON object a line", found: "nothing")
    }
    let asked = options.table.image
    image = options.needs == .texts || asked != nil ? asked : try Self.imageField(path, bytes, lines)
  }

  /// As the first lines that can be read call it.
  private static func imageField(
    _ path: FilePath, _ bytes: [UInt8], _ lines: [TextLine]
  ) throws(ShardError) -> String {
    for line in lines.prefix(100) {
      guard let fields = try? decodedJSON(JSONFields.self, Array(bytes[line.bytes])) else { continue }
      if let name = PictureNames.all.first(where: { !fields.texts($0).isEmpty }) { return name }
    }
    throw .noPairs(
      path: path.description,
      expected: "objects that name a picture (\(PictureNames.all.prefix(8).joined(separator: ", ")) …)",
      found: "none; set data.csv.image to the field's name")
  }

  func place(of index: Int) -> (byte: Int?, line: Int) {
    (isOriginal ? lines[index].bytes.lowerBound : nil, lines[index].number)
  }

  func row(at index: Int) throws(Flaw) -> PictureRow {
    let json = Array(bytes[lines[index].bytes])
    let most = options.limits.textBytes
    guard json.count <= most else { throw .textBytes(json.count, most: most) }
    let fields: JSONFields
    do { fields = try decodedJSON(JSONFields.self, json) } catch {
      throw .line(lines[index].number, problem: "\(error)")
    }
    let picture = image.flatMap { fields.texts($0).first }
    if let image, options.needs != .texts, picture?.isEmpty ?? true {
      throw .emptyField(line: lines[index].number, column: image)
    }
    let captions =
      if options.captions.isEmpty {
        Captions(standard(fields))
      } else {
        try Captions(options.captions) { (name) throws(Flaw) in fields.texts(name) }
      }
    return PictureRow(picture: picture.map { FilePath($0) }, captions: captions, json: json)
  }

  private func standard(_ fields: JSONFields) -> [String] {
    if let caption = options.table.caption { return fields.texts(caption) }
    let known = CaptionNames.standard.flatMap(fields.texts)
    return known.isEmpty ? CaptionNames.all.lazy.map(fields.texts).first { !$0.isEmpty } ?? [] : known
  }
}
