/// Deals items to batches, one batch after another, so that items of one group (a caption, a picture, a label) lie in
/// different batches where they can.
///
///     of r items of a group that are left for R batches, a batch gets ⌊r/R⌋ or ⌈r/R⌉
///
/// With groups of one kind there always are such items, so a group that fits meets itself nowhere and one that is larger
/// is spread evenly: no order has fewer equal pairs. First come those of the groups that can't wait (r ≥ R), the largest
/// first, then any whose group isn't full, in the items' order. Items with groups of several kinds may leave places
/// over: these take what exceeds its groups least.
struct BatchDeal {
  private struct Group {
    /// Its items among `members`, without those at the front that are dealt.
    var open: Range<Int>
    let count: Int
    /// Items not dealt yet, and those of this batch.
    var left: Int
    var here = 0
    var batch = 0
  }

  private let batch: Int
  private let kinds: Int
  /// By item and kind, the number of its group; −1 where no other item has it.
  private let groupOf: [Int32]
  private let members: [Int32]
  private var groups: [Group]
  /// Groups by their size, the largest first, of which the first `urgent` can't wait.
  private let bySize: [Int32]
  private var urgent = 0
  /// The groups of what already lies in the first batch.
  private let before: [Int32]
  /// The next item that isn't dealt, of each and of the begin; the number of items is the end.
  private var next: [Int32]
  private var dealt: [Bool]
  private var batches = 0
  private(set) var left: Int

  /// - Parameters:
  ///   - contents: of each item a hash a kind, item by item; `SampleContents.none` for what belongs to no group.
  ///   - before: of what lies in the batch whose rest `part(of:afterOthers:)` deals.
  ///   - batch: items a batch.
  init(_ contents: [UInt64], kinds: Int, before: [UInt64], batch: Int) {
    let grouped = Grouped(contents, before, kinds)
    (self.batch, self.kinds, groupOf, self.before) = (batch, kinds, grouped.groupOf, grouped.before)
    members = grouped.members
    groups = grouped.starts.indices.dropLast().map {
      let members = grouped.starts[$0]..<grouped.starts[$0 + 1]
      return Group(open: members, count: members.count, left: members.count)
    }
    bySize = groups.indices.filter { [groups] in groups[$0].count > 1 }
      .sorted { [groups] in (groups[$1].count, $0) < (groups[$0].count, $1) }.map(Int32.init)
    left = contents.count / kinds
    next = (0...Int32(left)).map { $0 }
    dealt = [Bool](repeating: false, count: left)
  }

  /// The next batch's items, or those of a part of one, in their order.
  ///
  /// - Parameter afterOthers: whether `before` lies in the batch already.
  mutating func part(of size: Int, afterOthers: Bool = false) -> [UInt32] {
    precondition(size <= left, "deal: \(size) of \(left)")
    guard size > 0 else { return [] }
    batches += 1
    if afterOthers { for group in before { count(in: group, 1) } }
    var part: [Int32] = []
    part.reserveCapacity(size)
    // A last batch takes whatever is left, and its groups are full by then.
    if size < left { dealUrgent(size, &part) }
    fill(size, afterOthers ? batch : size, &part)
    for item in part {
      for kind in 0..<kinds where group(item, kind) >= 0 { groups[Int(group(item, kind))].left -= 1 }
    }
    left -= size
    return part.sorted().map { UInt32($0) }
  }
}

extension BatchDeal {
  private func group(_ item: Int32, _ kind: Int) -> Int32 { groupOf[Int(item) * kinds + kind] }

  private mutating func count(in group: Int32, _ more: Int) {
    let here = self.here(group)
    (groups[Int(group)].here, groups[Int(group)].batch) = (here + more, batches)
  }

  private func here(_ group: Int32) -> Int {
    groups[Int(group)].batch == batches ? groups[Int(group)].here : 0
  }

  /// What a batch of `size` of the items that are left may have of a group.
  private func most(_ group: Int32, _ size: Int) -> Int {
    max(1, (groups[Int(group)].left * size + left - 1) / left)
  }

  /// By how much an item would exceed what its groups may have.
  private func excess(_ item: Int32, _ size: Int) -> Int {
    (0..<kinds).reduce(0) { excess, kind in
      let group = group(item, kind)
      return group < 0 ? excess : max(excess, here(group) + 1 - most(group, size))
    }
  }

  private mutating func take(_ item: Int32, _ part: inout [Int32]) {
    dealt[Int(item)] = true
    for kind in 0..<kinds where group(item, kind) >= 0 { count(in: group(item, kind), 1) }
    part.append(item)
  }

  /// Takes what each group must give now that the others of it have a batch each.
  private mutating func dealUrgent(_ size: Int, _ part: inout [Int32]) {
    let rest = (left + batch - 1) / batch
    while urgent < bySize.count, groups[Int(bySize[urgent])].count >= rest { urgent += 1 }
    for group in bySize[..<urgent] where groups[Int(group)].left >= rest {
      let least = max(1, groups[Int(group)].left * size / left)
      for _ in 0..<least - min(least, here(group)) where part.count < size {
        guard let item = first(of: group, size) else { break }
        take(item, &part)
      }
    }
  }

  /// The first item of a group that suits its other groups too, among some.
  private mutating func first(of group: Int32, _ size: Int) -> Int32? {
    var open = members[groups[Int(group)].open].drop { dealt[Int($0)] }
    groups[Int(group)].open = open.indices
    open = open.prefix(64)
    return open.first { !dealt[Int($0)] && excess($0, size) <= 0 }
  }

  /// Takes items in their order until the part is full: first those that exceed nothing, then more and more.
  private mutating func fill(_ size: Int, _ whole: Int, _ part: inout [Int32]) {
    var allowed = 0
    while part.count < size {
      var previous = Int32(-1)
      var item = following(previous)
      next[0] = item
      while part.count < size, Int(item) < dealt.count {
        if excess(item, whole) <= allowed { take(item, &part) } else { previous = item }
        item = following(item)
        if previous >= 0 { next[Int(previous) + 1] = item } else { next[0] = item }
      }
      allowed = max(1, 2 * allowed)
    }
  }

  /// The first item behind one that isn't dealt.
  private func following(_ item: Int32) -> Int32 {
    var item = next[Int(item) + 1]
    while Int(item) < dealt.count, dealt[Int(item)] { item = next[Int(item) + 1] }
    return item
  }
}

/// Items by what they have in common.
private struct Grouped {
  private(set) var groupOf: [Int32]
  private(set) var before: [Int32] = []
  /// Of each group the first of its `members`, and the end.
  private(set) var starts: [Int] = [0]
  private(set) var members: [Int32]

  init(_ contents: [UInt64], _ others: [UInt64], _ kinds: Int) {
    groupOf = [Int32](repeating: -1, count: contents.count)
    var counts: [Int] = []
    for kind in 0..<kinds {
      var numbers: [UInt64: Int32] = [:]
      for at in stride(from: kind, to: contents.count, by: kinds) where contents[at] != SampleContents.none {
        let number = numbers[contents[at]] ?? Int32(counts.count)
        if Int(number) == counts.count {
          numbers[contents[at]] = number
          counts.append(0)
        }
        counts[Int(number)] += 1
        groupOf[at] = number
      }
      before += stride(from: kind, to: others.count, by: kinds).compactMap { numbers[others[$0]] }
    }
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    members = [Int32](repeating: 0, count: starts[starts.count - 1])
    var ends = starts
    for (at, group) in groupOf.enumerated() where group >= 0 {
      members[ends[Int(group)]] = Int32(at / kinds)
      ends[Int(group)] += 1
    }
  }
}
