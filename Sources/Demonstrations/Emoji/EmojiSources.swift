/// Where Debian's packages put what the demo shards are made of.
public struct EmojiSources: Sendable {
  /// Unicode's list, from `unicode-data`.
  public var list = "/usr/share/unicode/emoji/emoji-test.txt"
  /// CLDR's `common`, from `unicode-cldr-core`.
  public var annotations = "/usr/share/unicode/cldr/common"
  /// From `fonts-noto-color-emoji`.
  public var noto = NotoArtist.path
  /// From `fonts-symbola`.
  public var symbola = SymbolaArtist.path
  /// The directory of Ruby's gems, from `ruby-gemojione`.
  public var gems = EmojiOneArtist.gems

  public init() {}

  /// Reads the list of emoji.
  public func entries() throws(EmojiError) -> [EmojiEntry] { try EmojiList.read(list) }
}
