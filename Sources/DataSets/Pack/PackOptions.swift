import Pairs

/// How pairs are packed. One source packed with equal options gives the same bytes.
public struct PackOptions: Sendable, Hashable, Codable {
  /// A shard ends before it would be larger, but holds one pair at least.
  public var shardBytes = 1 << 30
  public var shardPairs = 10_000
  /// Names the order; nil: the source's own.
  public var seed: UInt64? = 0
  /// nil: pictures keep their bytes.
  public var remaking: PictureRemaking?
  /// A regular expression, whose every match in a pair's captions is a caption: its first group, or all of it.
  public var captionPattern: String?
  /// Larger pictures are left out.
  public var mostPixels = Picture.mostPixels

  public init() {}
}

/// How pictures are made anew.
public struct PictureRemaking: Sendable, Hashable, Codable {
  public enum Format: String, Sendable, Hashable, Codable, CaseIterable {
    case jpg, png, webp
  }

  /// Larger pictures are shrunk to it, smaller ones stay; drawings are drawn so. Nil: no picture changes its size.
  public var shorterSide: Int?
  public var format: Format
  /// Of JPEG and WebP, 1 to 100.
  public var quality: Int

  public init(shorterSide: Int?, format: Format, quality: Int = 90) {
    (self.shorterSide, self.format, self.quality) = (shorterSide, format, quality)
  }

  /// Makes a picture's file anew. One that is of the format and no larger keeps its bytes.
  func callAsFunction(_ file: [UInt8], mostPixels: Int) throws(PictureError) -> [UInt8] {
    let found = PictureFormat(file)
    if let shorterSide, found == .svg {
      return try Picture(drawing: file, shorterSide: shorterSide, mostPixels: mostPixels).encoded(as: ending)
    }
    let picture = try Picture(decoding: file, mostPixels: mostPixels)
    let shorter = min(picture.width, picture.height)
    guard let shorterSide, shorter > shorterSide else {
      return found?.ending == format.rawValue ? file : try picture.encoded(as: ending)
    }
    func scaled(_ length: Int) -> Int { shorterSide * length / shorter }
    return try picture.resized(picture.whole, width: scaled(picture.width), height: scaled(picture.height))
      .encoded(as: ending)
  }

  /// With libvips' options: no metadata, hence no date.
  private var ending: String {
    format == .png ? ".png[strip]" : ".\(format.rawValue)[Q=\(quality),strip]"
  }
}
