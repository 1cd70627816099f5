/// George Douros' Symbola: outlines in black, single characters only.
///
/// A sequence could be drawn in parts only, and a flag by tags as a black flag: neither would be what its name says.
public struct SymbolaArtist: Artist {
  /// Where Debian has the font.
  public static let path = "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf"

  public let style = "symbola"
  public let font = "Symbola"
  public let license = "free for any use"
  private let path: String
  private let coverage: FontCoverage

  /// - Throws: `EmojiError` where the font is missing or can't be read.
  public init(path: String = Self.path) throws(EmojiError) {
    self.path = path
    coverage = try FontCoverage(path: path, package: "fonts-symbola")
  }

  public func has(_ entry: EmojiEntry) -> Bool { entry.bare.count == 1 && coverage.covers(entry.bare) }

  public func draw(_ entry: EmojiEntry) throws(EmojiError) -> Raster {
    // U+FE0E asks for text: without it Pango looks for a colour font, whichever font was named.
    let text = String(String.UnicodeScalarView(entry.bare + ["\u{FE0E}"]))
    return try .text(text, font: "\(font) 128", file: path, colour: false)
  }
}
