import Files

/// What a file is to the pair of its key.
enum Part: Hashable {
  case text, json, label
  /// The lower the rank, the sooner it is the pair's picture.
  case picture(rank: Int)

  /// - Parameter drawings: whether `.svg` is a picture.
  init?(ending: some StringProtocol, drawings: Bool = false) {
    switch ending {
    case "txt": self = .text
    case "json": self = .json
    case "cls": self = .label
    case "svg":
      guard drawings else { return nil }
      self = .picture(rank: Self.pictureEndings.count)
    default:
      guard let rank = Self.pictureEndings.firstIndex(where: { $0 == ending }) else { return nil }
      self = .picture(rank: rank)
    }
  }

  var isPicture: Bool { if case .picture = self { true } else { false } }

  /// OpenCLIP's in its order, then other formats that can be decoded.
  static let pictureEndings = [
    "jpg", "png", "jpeg", "webp", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2",
    "ppm", "pgm", "pnm",
  ]
}

/// A name's key and its ending, in lower case: which files belong together, and what each of them is.
struct KeyedName {
  /// Where a key ends.
  enum Rule {
    /// WebDataset's: `a/b.c.jpg` is `a/b` and `c.jpg`.
    case firstDot
    /// `a/b.c.jpg` is `a/b.c` and `jpg`.
    case lastDot
  }

  let key: FilePath
  let ending: String

  /// Nil for a name without dot or that begins with one, and for what macOS lays beside files.
  init?(_ name: FilePath, _ rule: Rule) {
    let bytes = name.bytes
    let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let dots = bytes[start...].indices.filter { bytes[$0] == UInt8(ascii: ".") }
    guard let dot = rule == .firstDot ? dots.first : dots.last, dots[0] > start else { return nil }
    guard !bytes.starts(with: "__MACOSX/".utf8) else { return nil }
    key = FilePath(bytes: bytes[..<dot])
    ending = FilePath(bytes: bytes[(dot + 1)...]).description.lowercased()
  }

  var part: Part? { Part(ending: ending) }
}

/// The files of one key, as numbers of a list.
struct MemberGroup {
  let key: FilePath
  let first: Int
  var picture: Int?
  var text: Int?
  var json: Int?
  var label: Int?
  /// Pictures and texts that another is used in place of.
  var others: [Int] = []
  /// Files whose ending isn't one that is read.
  var unread: [Int] = []

  func has(_ rule: MemberRule) -> Bool {
    switch rule.needs {
    case .both: picture != nil && (hasCaption || rule.folders && FolderName.of(key.description) != nil)
    case .pictures: picture != nil
    case .texts: hasCaption
    }
  }

  var hasCaption: Bool { text != nil || json != nil }
}
