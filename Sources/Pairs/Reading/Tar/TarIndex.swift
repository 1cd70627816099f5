import Files

/// What a tar holds under a name.
struct TarMember {
  enum Contents {
    /// - Parameter seal: a hash of its own header.
    case file(Extent, seal: UInt32)
    /// A link, hard or symbolic, to a name in the tar.
    case link(FilePath)
    /// Nothing that can be read.
    case flaw(Flaw)
  }

  let name: FilePath
  /// Where its header begins.
  let byte: Int
  let contents: Contents

  var isLink: Bool { if case .link = contents { true } else { false } }
}

/// Lists the members of a tar by reading its headers only.
///
/// Reads ustar, GNU long names and links (`L`, `K`), pax (`x`), base-256 sizes, sparse members of all forms, links. Reads
/// on after blocks of zeros, as `tar -i` does: tars may be one after another. One that ends after a whole member,
/// without the two blocks of zeros, is accepted, as GNU tar does.
///
/// - Source: POSIX.1-2017, pax, “ustar Interchange Format”; GNU tar manual, “Basic Tar Format”, “Sparse Formats”.
struct TarIndex {
  private let file: ReadAhead
  private var at = 0
  /// Of the headers before the member's own.
  private var extended = PaxRecords()
  /// Bytes behind the end of the last tar that are none.
  private var rest: Range<Int>?

  /// - Returns: the members, links followed, and what lies behind the tar's end.
  static func members(of file: ReadAhead) throws(ShardError) -> (members: [TarMember], rest: Range<Int>?) {
    var index = TarIndex(file: file)
    var members: [TarMember] = []
    while let member = try index.next() { members.append(member) }
    return (followed(members), index.rest)
  }

  private init(file: ReadAhead) { self.file = file }

  private mutating func next() throws(ShardError) -> TarMember? {
    while let header = try header() {
      let byte = at - TarHeader.size
      let name = extended.memberName ?? header.name
      let link = extended.link ?? header.link
      switch header.type {
      case "L": extended.name = TarHeader.text(try text(header)[...])
      case "K": extended.link = TarHeader.text(try text(header)[...])
      case "x", "X": extended.read(try text(header))
      case "g": _ = try take(header, name)
      case "0", "\0", "7", "S":
        defer { extended = PaxRecords() }
        let extent = try extent(header, name)
        // A folder of a tar older than POSIX.
        if name.bytes.last == UInt8(ascii: "/") { continue }
        return TarMember(name: name, byte: byte, contents: .file(extent, seal: header.seal))
      case "1", "2":
        extended = PaxRecords()
        let target = header.type == "1" ? link : link.isAbsolute ? link : normal((name.parent ?? "") / link)
        return TarMember(name: name, byte: byte, contents: .link(target))
      case "3", "4", "5", "6", "V": extended = PaxRecords()  // no data, whatever their size says
      default:
        extended = PaxRecords()
        _ = try take(header, name)
        return TarMember(name: name, byte: byte, contents: .flaw(.unreadMember(type: String(header.type))))
      }
    }
    return nil
  }

  private mutating func extent(_ header: TarHeader, _ name: FilePath) throws(ShardError) -> Extent {
    let byte = at - TarHeader.size
    let oldMap = header.type == "S" ? try oldSparseMap(header) : nil
    let stored = try take(header, name)
    if let oldMap {
      guard let size = TarHeader.number(header.block[483..<495]) else { throw .damaged(path: file.path, offset: byte) }
      return try sparse(size, oldMap, stored, byte)
    }
    guard extended.isSparse, let size = extended.sparseSize else { return Extent(stored, header: byte) }
    guard extended.mapIsStored else { return try sparse(size, extended.sparseMap, stored, byte) }
    let (map, count) = try storedMap(stored, byte)
    return try sparse(size, map, stored.dropFirst(count), byte)
  }

  private func sparse(
    _ size: Int, _ map: [(place: Int, count: Int)], _ stored: Range<Int>, _ byte: Int
  ) throws(ShardError) -> Extent {
    guard size >= 0, let extent = Extent(size: size, map: map, stored: stored, header: byte) else {
      throw .damaged(path: file.path, offset: byte)
    }
    return extent
  }

  /// The map of GNU's own format: four entries in the header, and blocks of 21 behind it.
  private mutating func oldSparseMap(_ header: TarHeader) throws(ShardError) -> [(place: Int, count: Int)] {
    var map: [(place: Int, count: Int)] = []
    func add(_ block: [UInt8], from first: Int, count: Int) {
      for start in stride(from: first, to: first + 24 * count, by: 24) {
        guard let place = TarHeader.number(block[start..<start + 12]),
          let count = TarHeader.number(block[start + 12..<start + 24])
        else { continue }
        map.append((place, count))
      }
    }
    add(header.block, from: 386, count: 4)
    var goesOn = header.block[482] != 0
    while goesOn {
      let block = try file.read(try blocks(1, of: "a sparse map"))
      add(block, from: 0, count: 21)
      goesOn = block[504] != 0
    }
    return map
  }

  /// The map of pax form 1.0: a count, then places and counts, a decimal a line; and the bytes that it takes up.
  private func storedMap(
    _ stored: Range<Int>, _ byte: Int
  ) throws(ShardError) -> (map: [(place: Int, count: Int)], bytes: Int) {
    let text = try file.read(stored.prefix(mostExtendedBytes))
    var (numbers, at) = ([Int](), 0)
    while numbers.count < 1 + 2 * (numbers.first ?? 0) {
      guard let end = text[at...].firstIndex(of: UInt8(ascii: "\n")),
        let number = Int(String(decoding: text[at..<end], as: UTF8.self)), 0..<1 << 40 ~= number
      else { throw .damaged(path: file.path, offset: byte) }
      numbers.append(number)
      at = end + 1
    }
    let map = stride(from: 1, to: numbers.count, by: 2).map { (place: numbers[$0], count: numbers[$0 + 1]) }
    return (map, min(padded(at), stored.count))
  }

  /// The next header, or nil at the end.
  private mutating func header() throws(ShardError) -> TarHeader? {
    let zeros = try passZeros()
    guard at < file.size else { return nil }
    guard file.size - at >= TarHeader.size else {
      if zeros > 0 { return end() }
      if at == 0 { throw notTar(try file.read(0..<file.size)) }
      throw .truncated(path: file.path, member: "a header", offset: at, expected: 512, found: file.size - at)
    }
    let block = try file.read(at..<at + TarHeader.size)
    guard let header = TarHeader(block) else {
      if zeros > 1 { return end() }
      throw at > 0 ? .damaged(path: file.path, offset: at) : notTar(block)
    }
    at += TarHeader.size
    return header
  }

  private func notTar(_ start: [UInt8]) -> ShardError {
    FileFormat(start).map { .format(path: file.path, advice: $0.advice(file.path)) } ?? .notTar(path: file.path)
  }

  private mutating func end() -> TarHeader? {
    rest = at..<file.size
    at = file.size
    return nil
  }

  /// Goes behind all blocks of zeros, and counts them.
  private mutating func passZeros() throws(ShardError) -> Int {
    let start = at
    var step = TarHeader.size
    while file.size - at >= TarHeader.size {
      let count = min(step, (file.size - at) / TarHeader.size * TarHeader.size)
      let first = try file.read(at..<at + count).firstIndex { $0 != 0 } ?? count
      at += first / TarHeader.size * TarHeader.size
      if first < count { break }
      step = 1 << 16
    }
    return (at - start) / TarHeader.size
  }

  private mutating func take(_ header: TarHeader, _ member: FilePath) throws(ShardError) -> Range<Int> {
    guard let size = extended.size ?? header.size, 0..<1 << 60 ~= size else {
      throw .damaged(path: file.path, offset: at - TarHeader.size)
    }
    return try take(size, of: member.description)
  }

  private mutating func blocks(_ count: Int, of member: String) throws(ShardError) -> Range<Int> {
    try take(count * TarHeader.size, of: member)
  }

  private mutating func take(_ size: Int, of member: String) throws(ShardError) -> Range<Int> {
    guard size <= file.size - at else {
      throw .truncated(path: file.path, member: member, offset: at, expected: size, found: file.size - at)
    }
    defer { at += padded(size) }
    return at..<at + size
  }

  private mutating func text(_ header: TarHeader) throws(ShardError) -> [UInt8] {
    guard let size = header.size, 0...mostExtendedBytes ~= size else {
      throw .damaged(path: file.path, offset: at - TarHeader.size)
    }
    return try file.read(try take(size, of: "an extended header"))
  }
}

/// Of a name, or of a sparse member's map.
private let mostExtendedBytes = 1 << 20

private func padded(_ size: Int) -> Int { (size + TarHeader.size - 1) / TarHeader.size * TarHeader.size }

/// The members with what links lead to in their place. Of several of a name it is the last before the link, as where the
/// tar is unpacked, or else the first after it: tars may be one after another.
private func followed(_ members: [TarMember]) -> [TarMember] {
  guard members.contains(where: \.isLink) else { return members }
  let places = Dictionary(grouping: members.indices) { normal(members[$0].name) }
  return members.enumerated().map { number, member in
    guard case .link(var target) = member.contents else { return member }
    var contents = TarMember.Contents.flaw(.link(to: target.description))
    for _ in 0..<mostLinks {
      let named = places[normal(target)] ?? []
      guard let place = named.last(where: { $0 < number }) ?? named.first(where: { $0 > number }) else { break }
      guard case .link(let next) = members[place].contents else {
        contents = members[place].contents
        break
      }
      target = next
    }
    return TarMember(name: member.name, byte: member.byte, contents: contents)
  }
}

/// As many as Linux follows.
private let mostLinks = 40

/// Without `.`, and `..` with what it goes back over.
private func normal(_ path: FilePath) -> FilePath {
  var parts: [ArraySlice<UInt8>] = []
  for part in path.bytes.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
    if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
  }
  return FilePath(bytes: parts.joined(separator: [UInt8(ascii: "/")]))
}
