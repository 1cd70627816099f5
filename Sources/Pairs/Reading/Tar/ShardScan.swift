import Files

/// What a source needs to know of a shard when it is opened.
struct ShardSummary: Codable, Hashable, Sendable {
  struct Skip: Codable, Hashable, Sendable {
    let key: String
    let byte: Int
    let flaw: Flaw
  }

  /// How many records there are.
  let count: Int
  /// Which records they are: `DataIdentity`.
  let digest: String
  let skipped: [Skip]
  /// In a few words what the tar holds, for one that holds no pairs.
  let contents: String

  func skipped(in file: String) -> [SkippedSample] {
    skipped.map { SkippedSample($0.flaw, at: PairLocation(key: $0.key, file: file, byte: $0.byte)) }
  }
}

/// What a shard holds, found by reading its headers and what is said of its pictures.
struct ShardScan {
  let summary: ShardSummary
  let table: ShardTable

  init(_ shard: DataSetFile, _ rule: MemberRule) throws(ShardError) {
    let file = ReadAhead(shard)
    let (members, rest) = try TarIndex.members(of: file)
    let grouping = Grouping.result(members.map(\.name), .firstDot, rule)
    var (records, skipped) = ([ShardRecord](), [ShardSummary.Skip]())
    func skip(_ flaw: Flaw, _ key: String, _ byte: Int) {
      skipped.append(ShardSummary.Skip(key: key, byte: byte, flaw: flaw))
    }
    for group in grouping.groups {
      switch Self.found(group, members) {
      case .success(let found): records.append(try Self.record(group.key, members[group.first].byte, found, file))
      case .failure(let flaw): skip(flaw, group.key.description, members[group.first].byte)
      }
    }
    for (key, member, flaw) in grouping.flaws { skip(flaw, key.description, members[member].byte) }
    if let rest { skip(.passedOver("the last \(rest.count) bytes aren't a tar's"), "*", rest.lowerBound) }
    let examples = members.prefix(3).map(\.name.description).joined(separator: ", ")
    summary = ShardSummary(
      count: records.count, digest: DataIdentity.digest(of: records), skipped: skipped,
      contents: members.isEmpty ? "no files at all" : "\(members.count) files: \(examples) …")
    table = ShardTable(records)
  }

  private typealias Found = (members: [Extent?], seal: UInt32)

  private static func found(_ group: MemberGroup, _ members: [TarMember]) -> Result<Found, Flaw> {
    var found: Found = ([], 0)
    for (kind, number) in [group.picture, group.text, group.json, group.label].enumerated() {
      switch number.map({ members[$0].contents }) {
      case nil: found.members.append(nil)
      case .file(let extent, let seal)?:
        found.members.append(extent)
        if kind == 0 { found.seal = seal }
      case .flaw(let flaw)?: return .failure(flaw)
      case .link(let target)?: return .failure(.link(to: target.description))
      }
    }
    return .success(found)
  }

  private static func record(
    _ key: FilePath, _ byte: Int, _ found: Found, _ file: ReadAhead
  ) throws(ShardError) -> ShardRecord {
    func bytes(_ member: Extent?) throws(ShardError) -> [UInt8]? {
      try member?.read(file, first: ShardRecord.hashedBytes)
    }
    let captions = ShardRecord.hash(
      text: try bytes(found.members[1]), json: try bytes(found.members[2]), label: try bytes(found.members[3]))
    return ShardRecord(key: key, byte: byte, members: found.members, seal: found.seal, captions: captions)
  }
}
