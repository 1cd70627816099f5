/// A batch's wrong captions, so many places for each of its pairs.
public struct HardNegativeTokens: Sendable, Equatable {
  /// Places a pair; 0 where wrong captions aren't asked for.
  public let each: Int
  /// `[count · each · contextLength]`, pair by pair. A place that no caption took holds an empty text.
  public private(set) var tokens: [Int32] = []
  /// How many of each pair's places hold a caption: the first ones.
  public private(set) var given: [Int] = []

  public init(each: Int = 0) { self.each = each }

  /// Adds the next pair's captions, at most `each`.
  public mutating func add(_ captions: [String], tokenize: (String) -> [Int32]) {
    precondition(captions.count <= each, "hard negatives: \(captions.count) for \(each) places")
    given.append(captions.count)
    for caption in captions { tokens += tokenize(caption) }
    if captions.count < each {
      let empty = tokenize("")
      for _ in captions.count..<each { tokens += empty }
    }
  }
}
