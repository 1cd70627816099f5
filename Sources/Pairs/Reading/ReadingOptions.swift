import Files

/// How data are read, whatever they are. The default reads what names itself.
public struct ReadingOptions: Sendable, Hashable {
  /// What a record must have to be used.
  public enum Needs: String, Sendable, Hashable, Codable { case both, pictures, texts }

  /// A caption's field, and how often it is drawn.
  public struct Share: Sendable, Hashable {
    public let field: String
    public let share: Float

    public init(_ field: String, _ share: Float) { (self.field, self.share) = (field, share) }
  }

  public var needs = Needs.both
  /// Fields that hold captions, `folder` among them; empty: `.txt`, `caption` and `captions` alike, or what a table's
  /// header tells.
  public var captions: [Share] = []
  /// The field of `.json`, or the column, that holds a pair's label, or `folder`; nil: `.cls`.
  public var label: String?
  /// How texts without a byte-order mark are encoded; nil: UTF-8.
  public var encoding: String?
  /// A file of keys of pairs that are left out; nil: none are.
  public var exclude: String?
  public var table = TableOptions()
  public var limits = RecordLimits()
  /// Whether `.svg` is taken for a picture, which only `Picture(drawing:)` makes one of.
  public var drawings = false
  /// A folder where plain copies of compressed tars are made; nil: what is compressed is refused.
  public var unpacking: String?

  public init() {}
}

/// What one record may cost. What costs more is left out by name, and its file isn't read.
public struct RecordLimits: Sendable, Hashable {
  /// Of a picture's file.
  public var pictureBytes = 64 << 20
  /// Of a caption, in UTF-8.
  public var captionBytes = 64 << 10
  /// Of a `.txt`, a `.json` or a line: they hold several captions, or more than captions.
  var textBytes: Int { 16 * captionBytes }

  public init() {}
}

/// How tables are read, where they don't tell by themselves.
public struct TableOptions: Sendable, Hashable {
  /// A column's name, or its number from 1; of JSONL the field's name.
  public var image: String?
  public var caption: String?
  public var separator: Separator?
  /// Whether the first line names the columns.
  public var header: Bool?
  /// Whether fields may be quoted.
  public var quotes = true

  public init() {}

  public enum Separator: String, Sendable, CaseIterable {
    case comma, tab, semicolon, pipe

    var byte: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .tab: UInt8(ascii: "\t")
      case .semicolon: UInt8(ascii: ";")
      case .pipe: UInt8(ascii: "|")
      }
    }
  }
}
