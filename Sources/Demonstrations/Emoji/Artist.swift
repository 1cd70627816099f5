/// Whoever drew a set of emoji: a style to train on, or one to be tested on.
public protocol Artist {
  /// The shard's name: "noto".
  var style: String { get }
  /// Font or set, with its version where the file tells.
  var font: String { get }
  /// The licence of the pictures, by its SPDX name where it has one.
  var license: String { get }

  /// Whether this artist drew an emoji.
  func has(_ entry: EmojiEntry) -> Bool

  /// An emoji that this artist has, as drawn.
  func draw(_ entry: EmojiEntry) throws(EmojiError) -> Raster
}

extension Artist {
  /// An emoji as this artist drew it, framed.
  ///
  /// - Returns: a PNG file of `side` × `side` pixels, RGB on white, or nil where this artist has none.
  public func picture(_ entry: EmojiEntry, side: Int) throws(EmojiError) -> [UInt8]? {
    has(entry) ? try draw(entry).framed(side: side)?.png() : nil
  }
}
