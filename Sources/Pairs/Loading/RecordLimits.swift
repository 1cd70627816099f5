/// What one pair may cost; what costs more is left out and named.
public struct RecordLimits: Sendable, Equatable {
  /// Pixels of a picture, known from its header before any is decoded.
  public var pixels = Picture.mostPixels
  /// Bytes of a picture's file.
  public var pictureBytes = 64 << 20
  /// Bytes of a caption, UTF-8.
  public var captionBytes = 64 << 10

  public init() {}

  func check(_ pair: Pair) throws(RecordLimitError) {
    if pair.image.count > pictureBytes { throw .picture(bytes: pair.image.count, most: pictureBytes) }
    // Of all captions, whichever is drawn: whether a pair is used depends on the pair alone.
    for caption in pair.captions where caption.utf8.count > captionBytes {
      throw .caption(bytes: caption.utf8.count, most: captionBytes)
    }
  }
}

/// A pair that costs more than the limits allow; `PictureError.tooLarge` says it of pixels.
public enum RecordLimitError: Error, Hashable, CustomStringConvertible {
  case picture(bytes: Int, most: Int)
  case caption(bytes: Int, most: Int)

  public var description: String {
    switch self {
    case .picture(let bytes, let most): "the picture has \(bytes) bytes, more than \(most) (data.picture_bytes)"
    case .caption(let bytes, let most): "a caption has \(bytes) bytes, more than \(most) (data.caption_bytes)"
    }
  }
}
