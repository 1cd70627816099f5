import Synchronization

/// Ids of what stands between spaces, so that of a word met before nothing is cleaned, cut or merged again.
///
/// No rule of cleaning looks past a space, a tab or a line feed, but one: a “<” keeps HTML's references behind it as
/// they are, so a text that has one is taken as a whole. Shared by the copies of a tokenizer and by their threads.
final class CaptionCache: Sendable {
  private let words = Mutex(WordCache())

  /// Longer ones are texts without spaces, which hardly come again.
  private static let longest = 64

  /// - Parameter encode: the ids of a text, or of a part of one between spaces.
  func ids(of text: String, _ encode: (String) -> [Int32]) -> [Int32] {
    var text = text
    return text.withUTF8 { bytes in
      if bytes.contains(UInt8(ascii: "<")) { return encode(String(decoding: bytes, as: UTF8.self)) }
      var ids: [Int32] = []
      var start = 0
      for at in 0...bytes.count where at == bytes.count || Self.isGap(bytes[at]) {
        if at > start { append(UnsafeBufferPointer(rebasing: bytes[start..<at]), to: &ids, encode) }
        start = at + 1
      }
      return ids
    }
  }

  private func append(_ word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32], _ encode: (String) -> [Int32]) {
    func encoded(_ word: UnsafeBufferPointer<UInt8>) -> [Int32] { encode(String(decoding: word, as: UTF8.self)) }
    if word.count > Self.longest {
      ids += encoded(word)
    } else {
      words.withLock { $0.append(word, to: &ids, merge: encoded) }
    }
  }

  private static func isGap(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }
}
