import Foundation

/// Whoever drew a set of emoji: a style to train on, or one to be tested on.
public protocol Artist {
  /// The shard's name: "noto".
  var style: String { get }
  /// Font or set, with its version where the file tells.
  var font: String { get }
  var license: String { get }

  func has(_ entry: EmojiEntry) -> Bool

  /// An emoji that this artist has, as drawn.
  func draw(_ entry: EmojiEntry) throws(EmojiError) -> Raster
}

extension Artist {
  /// - Returns: a PNG file of `side` × `side` pixels, RGB on white, or nil where this artist has none.
  public func picture(_ entry: EmojiEntry, side: Int) throws(EmojiError) -> [UInt8]? {
    has(entry) ? try draw(entry).framed(side: side)?.png() : nil
  }
}

/// Google's Noto: every emoji, in colour.
public struct NotoArtist: Artist {
  public static let path = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"

  public let style = "noto"
  public let font = "Noto Color Emoji"
  public let license = "OFL-1.1"
  private let path: String
  private let coverage: FontCoverage

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

/// George Douros' Symbola: outlines in black, single characters only.
///
/// A sequence could be drawn in parts only, and a flag by tags as a black flag: neither would be what its name says.
public struct SymbolaArtist: Artist {
  public static let path = "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf"

  public let style = "symbola"
  public let font = "Symbola"
  public let license = "free for any use"
  private let path: String
  private let coverage: FontCoverage

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

/// EmojiOne as Ruby's gemojione has it: 64-pixel PNG files named by code points.
public struct EmojiOneArtist: Artist {
  public static let gems = "/usr/share/rubygems-integration/all/gems"

  public let style = "emojione"
  public let font = "EmojiOne"
  public let license = "CC-BY-SA-4.0"
  private let files: [String: String]

  public init(gems: String = Self.gems) throws(EmojiError) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: gems)) ?? []
    let gem = names.filter { $0.hasPrefix("gemojione-") }.sorted().last ?? "gemojione"
    let directory = "\(gems)/\(gem)/assets/png"
    guard let pictures = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
      throw .missing(path: directory, package: "ruby-gemojione")
    }
    let named = pictures.filter { $0.hasSuffix(".png") }.map { (Self.key($0), "\(directory)/\($0)") }
    files = Dictionary(named, uniquingKeysWith: min)
  }

  public func has(_ entry: EmojiEntry) -> Bool { path(entry) != nil }

  public func draw(_ entry: EmojiEntry) throws(EmojiError) -> Raster {
    guard let path = path(entry), let data = FileManager.default.contents(atPath: path) else {
      throw .missing(path: "\(entry.code).png", package: "ruby-gemojione")
    }
    return try .png([UInt8](data), name: path)
  }

  private func path(_ entry: EmojiEntry) -> String? { files[Self.key(entry.code + ".png")] }

  /// Code points in capitals without U+FE0F, which some names have and some haven't; nor do all have the joiners.
  private static func key(_ name: String) -> String {
    let codes = name.dropLast(4).uppercased().split(separator: "-")
    return codes.filter { $0 != "FE0F" && $0 != "200D" }.map { $0.drop { $0 == "0" } }.joined(separator: "-")
  }
}
