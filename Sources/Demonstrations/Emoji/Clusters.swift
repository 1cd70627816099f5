import Files

/// Which part of a split an emoji belongs to.
public enum Part: String, CaseIterable, Sendable {
  case train
  case validation = "val"
  case test
}

/// Emoji that are nearly the same, which a split must keep together: else a test picture has its twin in training.
///
/// A cluster is joined by
/// - the name without skin tones, and without what follows “kiss:”, “couple with heart:” and “family:”;
/// - the code points without gender: man, woman and person of one trade, walk or hair;
/// - one picture: the flags of Norway and Svalbard.
///
/// A cluster is named by its first emoji, and the name's SHA-256 chooses its part: 85 % train, 5 % val, 10 % test. No
/// stored list, and a new emoji moves no other.
public struct Clusters {
  private var names: [Int: String] = [:]

  /// - Parameter pictures: by the entry's number, where there is one.
  public init(_ entries: [EmojiEntry], pictures: [Int: [UInt8]] = [:]) {
    var firsts: [String: Int] = [:]
    var sets = DisjointSets(count: (entries.map(\.number).max() ?? -1) + 1)
    for entry in entries {
      var traits = ["name \(Self.plainName(entry))", "form \(Self.genderless(entry))"]
      if let picture = pictures[entry.number] { traits.append("picture \(sha256(picture))") }
      for trait in traits {
        sets.join(entry.number, firsts[trait] ?? entry.number)
        firsts[trait] = firsts[trait] ?? entry.number
      }
    }
    let names = Dictionary(entries.map { ($0.number, Self.plainName($0)) }) { first, _ in first }
    for entry in entries { self.names[entry.number] = names[sets.first(of: entry.number)] }
  }

  public func name(of entry: EmojiEntry) -> String {
    guard let name = names[entry.number] else {
      preconditionFailure("clusters: \(entry.name) was not among the entries")
    }
    return name
  }

  public func part(of entry: EmojiEntry) -> Part {
    let hash = sha256(Array(name(of: entry).utf8))
    let share = Double(UInt32(hash.prefix(8), radix: 16)!) / 0x1p32
    return share < 0.85 ? .train : share < 0.9 ? .validation : .test
  }

  /// "woman: medium skin tone, red hair" → "woman: red hair".
  static func plainName(_ entry: EmojiEntry) -> String {
    guard let colon = entry.name.utf8.firstIndex(of: UInt8(ascii: ":")) else { return entry.name }
    let stem = String(entry.name[..<colon])
    if ["kiss", "couple with heart", "family"].contains(stem) { return stem }
    let traits = entry.name[colon...].dropFirst(2).split(separator: ", ").filter { !$0.hasSuffix("skin tone") }
    return traits.isEmpty ? stem : "\(stem): \(traits.joined(separator: ", "))"
  }

  /// The code points without tones, joiners and signs of gender; man and woman, boy and girl… in their neutral form.
  private static func genderless(_ entry: EmojiEntry) -> [UInt32] {
    let values = entry.bare.map(\.value)
    guard values.count > 1 else { return neutralForms[values[0]] ?? values }
    let kept = values.filter { !(0x1F3FB...0x1F3FF).contains($0) && ![0x200D, 0x2640, 0x2642].contains($0) }
    return kept.flatMap { neutralForms[$0] ?? [$0] }
  }

  private static let neutralForms: [UInt32: [UInt32]] = [
    0x1F468: [0x1F9D1], 0x1F469: [0x1F9D1],  // man, woman: person
    0x1F466: [0x1F9D2], 0x1F467: [0x1F9D2],  // boy, girl: child
    0x1F474: [0x1F9D3], 0x1F475: [0x1F9D3],  // old man, old woman: older person
    0x1F934: [0x1FAC5], 0x1F478: [0x1FAC5],  // prince, princess: person with crown
    0x1F930: [0x1FAC4], 0x1FAC3: [0x1FAC4],  // pregnant woman, man: person
    0x1F57A: [0x1F483],  // man dancing: woman dancing
    0x1F385: [0x1F9D1, 0x1F384], 0x1F936: [0x1F9D1, 0x1F384],  // Santa, Mrs. Claus: Mx Claus
    0x1F46C: [0x1F46B], 0x1F46D: [0x1F46B],  // men, women: woman and man holding hands
  ]
}

/// Sets of numbers that only grow together; a set is known by its least.
private struct DisjointSets {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  func first(of number: Int) -> Int {
    var number = number
    while parents[number] != number { number = parents[number] }
    return number
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (first(of: a), first(of: b))
    parents[max(a, b)] = min(a, b)
  }
}
