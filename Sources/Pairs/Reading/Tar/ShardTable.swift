import Files

/// The records of a shard as bytes, in their order: a row each, and behind all rows the keys.
///
///     row    the end of its key (4) · the picture's seal (4) · where its first header begins (8) · its captions' hash (8)
///            and for each kind of member that any record has: its block of 512 bytes (4), its size (4)
///
/// Numbers are little-endian. A record of a picture, a text and a key of nine bytes takes 49 bytes. A member that isn't one
/// stretch behind its header, or is too large for its row, is one of `others`, and its row has the number there.
struct ShardTable: Hashable, Sendable {
  struct Shape: Codable, Hashable, Sendable {
    let count: Int
    /// The kinds of members that there are.
    let kinds: [Int]
    let keyBytes: Int
    let others: [Extent]

    var rowBytes: Int { 24 + 8 * kinds.count }
    var bytes: Int { count * rowBytes + keyBytes }
  }

  private static let absent = UInt32.max
  private static let other = UInt32.max - 1

  let shape: Shape
  let bytes: [UInt8]

  /// - Parameter bytes: as many as the shape has.
  init(_ shape: Shape, _ bytes: [UInt8]) {
    precondition(bytes.count == shape.bytes, "shard table: \(bytes.count) bytes, \(shape.bytes) expected")
    (self.shape, self.bytes) = (shape, bytes)
  }

  init(_ records: [ShardRecord]) {
    let kinds = (0..<ShardRecord.kinds).filter { kind in records.contains { $0.members[kind] != nil } }
    var (rows, keys, others) = ([UInt8](), [UInt8](), [Extent]())
    func add(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.littleEndian) { rows += $0 } }
    for record in records {
      keys += record.key.bytes
      add(UInt32(keys.count))
      add(record.seal)
      add(UInt64(record.byte))
      add(record.captions)
      for kind in kinds {
        let (place, size) = Self.numbers(record.members[kind], &others)
        add(place)
        add(size)
      }
    }
    shape = Shape(count: records.count, kinds: kinds, keyBytes: keys.count, others: others)
    bytes = rows + keys
  }

  private static func numbers(_ member: Extent?, _ others: inout [Extent]) -> (UInt32, UInt32) {
    guard let member else { return (0, absent) }
    if member.isBehindHeader, member.size < other, let block = UInt32(exactly: member.offset / TarHeader.size) {
      return (block, UInt32(member.size))
    }
    others.append(member)
    return (UInt32(others.count - 1), other)
  }

  subscript(index: Int) -> ShardRecord {
    let row = index * shape.rowBytes
    let keys = shape.count * shape.rowBytes
    let key = (index == 0 ? 0 : Int(number(row - shape.rowBytes, UInt32.self)))..<Int(number(row, UInt32.self))
    var members = [Extent?](repeating: nil, count: ShardRecord.kinds)
    for (place, kind) in shape.kinds.enumerated() { members[kind] = member(row + 24 + 8 * place) }
    return ShardRecord(
      key: FilePath(bytes: bytes[(keys + key.lowerBound)..<(keys + key.upperBound)]),
      byte: Int(number(row + 8, UInt64.self)), members: members, seal: number(row + 4, UInt32.self),
      captions: number(row + 16, UInt64.self))
  }

  private func member(_ at: Int) -> Extent? {
    let (place, size) = (Int(number(at, UInt32.self)), number(at + 4, UInt32.self))
    switch size {
    case Self.absent: return nil
    case Self.other: return shape.others[place]
    default:
      let start = place * TarHeader.size
      return Extent(start..<start + Int(size), header: start - TarHeader.size)
    }
  }

  private func number<Number: FixedWidthInteger>(_ at: Int, _ type: Number.Type) -> Number {
    bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: type)) }
  }
}

extension Extent {
  fileprivate var isBehindHeader: Bool {
    pieces == nil && offset == header + TarHeader.size && offset % TarHeader.size == 0
  }
}
