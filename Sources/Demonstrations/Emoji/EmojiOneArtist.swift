import Foundation

/// EmojiOne as Ruby's gemojione has it: 64-pixel PNG files named by code points.
public struct EmojiOneArtist: Artist {
  /// Where Debian has Ruby's gems.
  public static let gems = "/usr/share/rubygems-integration/all/gems"

  public let style = "emojione"
  public let font = "EmojiOne"
  public let license = "CC-BY-SA-4.0"
  private let files: [String: String]

  /// - Throws: `EmojiError.missing` where the gem isn't installed.
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
