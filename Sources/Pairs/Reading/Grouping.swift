import Files

/// Which files make a pair: the same rule for a tar's members and a folder's files.
///
/// Files belong together when they share a key. The pair's picture is the first of `Part.pictureEndings` that the key
/// has. In a tar, a second file of a name begins a new pair of that key, where the one before it is whole.
struct Grouping {
  private let names: [FilePath]
  private let rule: KeyedName.Rule
  private let members: MemberRule
  private var endings: [String] = []
  private var open: [FilePath: Int] = [:]
  private var unclear: Set<FilePath> = []
  private var groups: [MemberGroup] = []

  /// What makes pairs, in the order of their first files, and what is wrong with the rest.
  struct Result {
    var groups: [MemberGroup] = []
    /// With the number of the file that it is about.
    var flaws: [(key: FilePath, member: Int, flaw: Flaw)] = []
  }

  static func result(_ names: [FilePath], _ rule: KeyedName.Rule, _ members: MemberRule) -> Result {
    var grouping = Grouping(names: names, rule: rule, members)
    for (number, name) in names.enumerated() { grouping.add(number, name) }
    grouping.joinEquivalent()
    return grouping.result()
  }

  private init(names: [FilePath], rule: KeyedName.Rule, _ members: MemberRule) {
    (self.names, self.rule, self.members) = (names, rule, members)
    endings.reserveCapacity(names.count)
  }

  private mutating func add(_ number: Int, _ name: FilePath) {
    guard let named = KeyedName(name, rule) else { return endings.append("") }
    endings.append(named.ending)
    guard let part = partNamed(named.ending) else {
      groups[group(named.key, number)].unread.append(number)
      return
    }
    var at = group(named.key, number)
    if rule == .firstDot, has(part, named.ending, at) {
      if !groups[at].has(members) { unclear.insert(named.key) }
      open[named.key] = nil
      at = group(named.key, number)
    }
    set(part, number, in: at)
  }

  private func partNamed(_ ending: String) -> Part? { Part(ending: ending, drawings: members.drawings) }

  private mutating func group(_ key: FilePath, _ first: Int) -> Int {
    if let known = open[key] { return known }
    open[key] = groups.count
    groups.append(MemberGroup(key: key, first: first))
    return groups.count - 1
  }

  /// Whether a group has a file of exactly this ending.
  private func has(_ part: Part, _ ending: String, _ group: Int) -> Bool {
    let group = groups[group]
    let own = [group.picture, group.text, group.json, group.label].compactMap { $0 } + group.others
    return own.contains { endings[$0] == ending }
  }

  private mutating func set(_ part: Part, _ number: Int, in at: Int) {
    switch part {
    case .text: set(\.text, number, in: at)
    case .json: set(\.json, number, in: at)
    case .label: set(\.label, number, in: at)
    case .picture(let rank):
      guard let known = groups[at].picture, case .picture(let other)? = partNamed(endings[known]) else {
        groups[at].picture = number
        return
      }
      groups[at].picture = rank < other ? number : known
      groups[at].others.append(rank < other ? known : number)
    }
  }

  private mutating func set(_ part: WritableKeyPath<MemberGroup, Int?>, _ number: Int, in at: Int) {
    if groups[at][keyPath: part] == nil { groups[at][keyPath: part] = number } else { groups[at].others.append(number) }
  }

  /// Joins a picture with the caption whose key is another spelling of the same text (é in one code point or two), where
  /// there is but one of either.
  private mutating func joinEquivalent() {
    func alone(_ belongs: (MemberGroup) -> Bool) -> [String: [Int]] {
      // Swift's strings are equal where they are canonically equivalent.
      Dictionary(grouping: groups.indices.filter { belongs(groups[$0]) && groups[$0].key.text != nil }) {
        groups[$0].key.text ?? ""
      }
    }
    let texts = alone { $0.picture == nil && ($0.hasCaption || $0.label != nil) }
    guard !texts.isEmpty else { return }
    for (key, pictures) in alone({ $0.picture != nil && !$0.hasCaption }) {
      guard pictures.count == 1, let captions = texts[key], captions.count == 1 else { continue }
      let (picture, caption) = (pictures[0], captions[0])
      (groups[picture].text, groups[picture].json) = (groups[caption].text, groups[caption].json)
      groups[picture].label = groups[picture].label ?? groups[caption].label
      (groups[caption].text, groups[caption].json, groups[caption].label) = (nil, nil, nil)
    }
  }

  private func result() -> Result {
    var result = Result()
    for group in groups {
      let isUnclear = unclear.contains(group.key)
      if !isUnclear && group.has(members) { result.groups.append(group) }
      let found = isUnclear ? [(group.key, group.first, .unclearOrder)] : flaws(of: group)
      result.flaws += found
    }
    return result
  }

  private func flaws(of group: MemberGroup) -> [(key: FilePath, member: Int, flaw: Flaw)] {
    let lost = behindFirstDot(group)
    if !lost.isEmpty { return lost }
    if group.has(members) {
      return group.others.map { number in
        let isPicture = partNamed(endings[number])?.isPicture == true
        let name = names[number].lastComponent.description
        return (group.key, number, isPicture ? .otherPicture(name) : .otherText(name))
      }
    }
    if group.picture != nil { return [(group.key, group.first, .pictureOnly(hasClass: group.label != nil))] }
    guard group.text != nil || group.json != nil && rule == .firstDot else { return [] }
    return [
      (group.key, group.first, .noPicture(beside: group.unread.first.map { names[$0].lastComponent.description }))
    ]
  }

  /// Names of a tar that would make a pair if their last dot ended the key, and that no pair of this key uses.
  private func behindFirstDot(_ group: MemberGroup) -> [(key: FilePath, member: Int, flaw: Flaw)] {
    guard rule == .firstDot, !group.unread.isEmpty else { return [] }
    let later = group.unread.compactMap { number in
      KeyedName(names[number], .lastDot).flatMap { named in
        partNamed(named.ending).map { (key: named.key, number: number, part: $0) }
      }
    }
    let keys = Dictionary(grouping: later, by: \.key)
    let lost = keys.filter { _, files in
      let (picture, text) = (files.contains { $0.part.isPicture }, files.contains { $0.part == .text })
      return picture && text || !group.has(members) && (group.picture == nil ? picture : text)
    }
    return lost.values.map { files in
      let file = files.first { $0.part.isPicture } ?? files[0]
      return (file.key, file.number, .firstDot(member: names[file.number].lastComponent.description))
    }.sorted { $0.member < $1.member }
  }
}
