import Synchronization

/// Ids of what stands between spaces, so that of a word met before nothing is cleaned, cut or merged again.
///
/// No rule of cleaning looks past a space, a tab or a line feed, but one: a “<” keeps HTML's references behind it as
/// they are, so a text that has one is taken as a whole. Shared by the copies of a tokenizer and by their threads.
final class CaptionCache: Sendable {
  private let words = Mutex(WordCache())

  /// - Parameter encode: the ids of a text, UTF-8, or of a part of one between spaces.
  func ids(of text: String, _ encode: (UnsafeBufferPointer<UInt8>) -> [Int32]) -> [Int32] {
    var text = text
    return text.withUTF8 { bytes in
      if bytes.contains(UInt8(ascii: "<")) { return encode(bytes) }
      var ids: [Int32] = []
      ids.reserveCapacity(bytes.count / 4 + 2)
      words.withLock { words in
        var start = 0
        for at in 0...bytes.count where at == bytes.count || Self.isGap(bytes[at]) {
          if at > start { words.append(UnsafeBufferPointer(rebasing: bytes[start..<at]), to: &ids, merge: encode) }
          start = at + 1
        }
      }
      return ids
    }
  }

  private static func isGap(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }
}
