/// What a picture's file is by its first bytes.
public enum PictureFormat: String, Sendable, CaseIterable, Codable {
  case jpeg, png, webp, gif, tiff, bmp, avif, heic, jxl, jp2, svg
  /// PPM, PGM and their like.
  case pnm

  public init?(_ bytes: [UInt8]) {
    guard let found = Self.allCases.first(where: { $0.begins(bytes) }) else { return nil }
    self = found
  }

  /// How names of such files end, without the dot.
  public var ending: String {
    switch self {
    case .jpeg: "jpg"
    case .tiff: "tif"
    case .pnm: "ppm"
    default: rawValue
    }
  }

  private func begins(_ bytes: [UInt8]) -> Bool {
    func has(_ text: String, at place: Int) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
    return switch self {
    case .jpeg: bytes.starts(with: [0xFF, 0xD8, 0xFF])
    case .png: bytes.starts(with: [0x89, 0x50, 0x4E, 0x47])
    case .webp: has("RIFF", at: 0) && has("WEBP", at: 8)
    case .gif: has("GIF8", at: 0)
    case .tiff: bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A])
    case .bmp: has("BM", at: 0)
    case .avif: has("ftypavi", at: 4)
    case .heic: has("ftyphe", at: 4) || has("ftypmif1", at: 4)
    case .jxl: bytes.starts(with: [0xFF, 0x0A]) || has("JXL ", at: 4)
    case .jp2: has("jP  ", at: 4) || bytes.starts(with: [0xFF, 0x4F, 0xFF, 0x51])
    case .pnm: bytes.first == UInt8(ascii: "P") && bytes.dropFirst().first.map { 0x31...0x37 ~= $0 } == true
    case .svg: Picture.isDrawing(bytes)
    }
  }
}
