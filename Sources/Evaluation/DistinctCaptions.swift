/// Every caption once, with the pictures that have it.
///
/// A caption that several pictures share is one text; all of them are correct for it, and it is correct for all.
public struct DistinctCaptions: Sendable {
  public private(set) var texts: [String] = []
  /// For each picture, its texts.
  public private(set) var ofPicture: [[Int]] = []
  /// For each text, its pictures.
  public private(set) var pictures: [[Int]] = []
  /// By a caption's bytes: two spellings that Swift calls equal may be other tokens.
  private var numbers: [[UInt8]: Int] = [:]

  public init() {}

  /// Adds the next picture's captions.
  public mutating func add(_ captions: [String]) {
    let picture = ofPicture.count
    var own: [Int] = []
    for caption in captions {
      let text = number(of: caption)
      guard !own.contains(text) else { continue }
      own.append(text)
      pictures[text].append(picture)
    }
    ofPicture.append(own)
  }

  private mutating func number(of caption: String) -> Int {
    let bytes = Array(caption.utf8)
    if let known = numbers[bytes] { return known }
    numbers[bytes] = texts.count
    texts.append(caption)
    pictures.append([])
    return texts.count - 1
  }
}
