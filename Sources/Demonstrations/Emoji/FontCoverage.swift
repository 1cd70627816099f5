import Foundation

/// The characters that a font has glyphs for, from its `cmap` table: formats 4 and 12.
///
/// Asked before drawing, since text drawing silently borrows another font's glyph where one is missing.
///
/// - Source: OpenType specification, “cmap — Character to Glyph Index Mapping Table”.
struct FontCoverage {
  let characters: Set<UInt32>

  init(path: String, package: String) throws(EmojiError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .missing(path: path, package: package) }
    let table = TableReader(bytes: [UInt8](data))
    guard let characters = table.characters(), !characters.isEmpty else {
      throw .font(path: path, problem: "it has no cmap table in format 4 or 12")
    }
    self.characters = characters
  }

  /// Whether one glyph stands for the whole text: joiners and tags are no characters of their own.
  func covers(_ scalars: [Unicode.Scalar]) -> Bool {
    scalars.allSatisfy { characters.contains($0.value) || $0 == "\u{200D}" || (0xE0020...0xE007F).contains($0.value) }
  }
}

/// Big-endian reads that answer nil outside of the file.
private struct TableReader {
  let bytes: [UInt8]

  private func u16(_ at: Int) -> Int? {
    at >= 0 && at + 2 <= bytes.count ? Int(bytes[at]) << 8 | Int(bytes[at + 1]) : nil
  }

  private func u32(_ at: Int) -> Int? {
    guard let high = u16(at), let low = u16(at + 2) else { return nil }
    return high << 16 | low
  }

  func characters() -> Set<UInt32>? {
    guard let cmap = table("cmap"), let count = u16(cmap + 2) else { return nil }
    var found: Set<UInt32> = []
    for record in 0..<count {
      guard let offset = u32(cmap + 4 + 8 * record + 4), let format = u16(cmap + offset) else { return nil }
      if format == 12 { found.formUnion(groups(cmap + offset)) }
      if format == 4 { found.formUnion(segments(cmap + offset)) }
    }
    return found
  }

  private func table(_ name: String) -> Int? {
    guard let count = u16(4) else { return nil }
    let record = (0..<count).first { at in
      let start = 12 + 16 * at
      return start + 16 <= bytes.count && bytes[start..<start + 4].elementsEqual(name.utf8)
    }
    return record.flatMap { u32(12 + 16 * $0 + 8) }
  }

  /// Format 12: runs of (first character, last, first glyph).
  private func groups(_ at: Int) -> Set<UInt32> {
    var found: Set<UInt32> = []
    for group in 0..<min(u32(at + 12) ?? 0, bytes.count / 12) {
      let start = at + 16 + 12 * group
      guard let first = u32(start), let last = u32(start + 4), let glyph = u32(start + 8) else { break }
      guard first <= last, last <= 0x10FFFF else { continue }
      for character in first...last where glyph + character - first != 0 { found.insert(UInt32(character)) }
    }
    return found
  }

  /// Format 4: segments of the first 65,536, each shifting characters to glyphs or pointing into a list of glyphs.
  private func segments(_ at: Int) -> Set<UInt32> {
    var found: Set<UInt32> = []
    let width = u16(at + 6) ?? 0
    for segment in stride(from: 0, to: width, by: 2) {
      let (ends, starts) = (at + 14 + segment, at + 16 + width + segment)
      guard let last = u16(ends), let first = u16(starts), let delta = u16(starts + width) else { break }
      guard let offset = u16(starts + 2 * width), first <= last, last < 0xFFFF else { continue }
      for character in first...last {
        let listed = offset == 0 ? character : u16(starts + 2 * width + offset + 2 * (character - first)) ?? 0
        let glyph = offset != 0 && listed == 0 ? 0 : (listed + delta) & 0xFFFF
        if glyph != 0 { found.insert(UInt32(character)) }
      }
    }
    return found
  }
}
