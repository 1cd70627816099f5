/// Google's Noto: every emoji, in colour.
public struct NotoArtist: Artist {
  /// Where Debian has the font.
  public static let path = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"

  public let style = "noto"
  public let font = "Noto Color Emoji"
  public let license = "OFL-1.1"
  private let path: String
  private let coverage: FontCoverage

  /// - Throws: `EmojiError` where the font is missing or can't be read.
  public init(path: String = Self.path) throws(EmojiError) {
    self.path = path
    coverage = try FontCoverage(path: path, package: "fonts-noto-color-emoji")
  }

  public func has(_ entry: EmojiEntry) -> Bool { coverage.covers(entry.bare) }

  public func draw(_ entry: EmojiEntry) throws(EmojiError) -> Raster {
    // 109 pixels an em is how the font's bitmaps are stored.
    return try .text(entry.text, font: "\(font) 109", file: path, colour: true)
  }
}
