import Files

/// Where the members of a zip archive lie that are stored as they are, as all of PyTorch's are.
///
///     members, each behind a header of its own   the directory of members   [zip64's end]   the end
///
/// Everything that the file says of itself is checked against its length.
///
/// - Source: PKWARE, APPNOTE.TXT 6.3, sections 4.3 and 4.5.3.
struct ZipArchive {
  typealias Problem = TorchFileError.Problem

  /// Of the data of members that are stored, by name.
  private(set) var ranges: [String: Range<Int>] = [:]
  /// Why other members can't be read, by name.
  private(set) var packed: [String: String] = [:]

  init(_ file: ReadOnlyFile) throws(Problem) {
    let (range, count) = try Self.directory(file)
    let directory = LittleEndian(file, range)
    var at = range.lowerBound
    for _ in 0..<count { at = try add(memberAt: at, of: directory, file) }
  }

  /// The range of a member that must be there.
  func range(_ name: String) throws(Problem) -> Range<Int> {
    guard let range = ranges[name] else { throw .member(name: name, reason: packed[name] ?? "there is none") }
    return range
  }

  private static func directory(_ file: ReadOnlyFile) throws(Problem) -> (range: Range<Int>, members: Int) {
    // A comment of up to 64 KiB may follow the end, and 20 bytes that lead to zip64's stand before it.
    let tail = LittleEndian(file, file.size - 42 - 0xFFFF..<file.size)
    guard
      let end = stride(from: tail.end - 22, through: tail.start, by: -1).first(where: { tail.u32($0) == 0x0605_4B50 })
    else { throw .zip(reason: "its end is missing") }
    guard tail.u32(end + 16) != 0xFFFF_FFFF, tail.u16(end + 10) != 0xFFFF else {
      return try largeDirectory(file, tail, before: end)
    }
    return try bounded(start: tail.u32(end + 16), end: end, count: Int(tail.u16(end + 10) ?? 0))
  }

  private static func largeDirectory(
    _ file: ReadOnlyFile, _ tail: LittleEndian, before end: Int
  ) throws(Problem) -> (range: Range<Int>, members: Int) {
    guard tail.u32(end - 20) == 0x0706_4B50, let at = tail.u64(end - 12).flatMap({ Int(exactly: $0) }), at < end
    else { throw .zip(reason: "its zip64 end is missing") }
    let large = LittleEndian(file, at..<min(end, at + 56))
    guard large.u32(at) == 0x0606_4B50 else { throw .zip(reason: "its zip64 end is missing") }
    return try bounded(
      start: large.u64(at + 48), end: at, count: large.u64(at + 32).flatMap { Int(exactly: $0) })
  }

  /// Names of members; what claims more isn't read into memory.
  private static let longestDirectory = 100_000_000

  /// A member takes 46 bytes of the directory at least.
  private static func bounded(
    start: (some BinaryInteger)?, end: Int, count: Int?
  ) throws(Problem) -> (range: Range<Int>, members: Int) {
    guard let start = start.flatMap({ Int(exactly: $0) }), start <= end, let count, count <= (end - start) / 46
    else { throw .zip(reason: "its directory lies outside") }
    guard end - start <= longestDirectory else {
      throw .zip(reason: "its directory has \(end - start) bytes, more than \(longestDirectory)")
    }
    return (start..<end, count)
  }

  /// - Returns: where the directory goes on.
  private mutating func add(
    memberAt at: Int, of directory: LittleEndian, _ file: ReadOnlyFile
  ) throws(Problem) -> Int {
    guard directory.u32(at) == 0x0201_4B50, let flags = directory.u16(at + 8), let method = directory.u16(at + 10),
      let packed = directory.u32(at + 20), let size = directory.u32(at + 24), let nameLength = directory.u16(at + 28),
      let extraLength = directory.u16(at + 30), let commentLength = directory.u16(at + 32),
      let header = directory.u32(at + 42), let name = directory.text(at + 46, Int(nameLength))
    else { throw .zip(reason: "its directory is cut off or isn't one") }
    let extra = at + 46 + Int(nameLength)
    let end = extra + Int(extraLength) + Int(commentLength)
    guard ranges[name] == nil, self.packed[name] == nil else { throw .zip(reason: "two members are named \(name)") }
    let wide = try Self.sizes(directory, [size, packed, header], extra..<extra + Int(extraLength), name)
    if method == 0, flags & 1 == 0, wide[0] == wide[1] {
      ranges[name] = try Self.data(file, header: wide[2], size: wide[0], name)
    } else {
      self.packed[name] = flags & 1 == 1 ? "it is encrypted" : "it is compressed, where PyTorch stores"
    }
    return end
  }

  /// Sizes that don't fit 32 bits are in an extra field, in this order.
  private static func sizes(
    _ directory: LittleEndian, _ values: [UInt32], _ extra: Range<Int>, _ name: String
  ) throws(Problem) -> [Int] {
    var at = extra.lowerBound
    while let id = directory.u16(at), let length = directory.u16(at + 2), id != 1,
      at + 4 + Int(length) < extra.upperBound
    {
      at += 4 + Int(length)
    }
    let found = directory.u16(at) == 1 && at + 4 <= extra.upperBound
    at += 4
    var result: [Int] = []
    for value in values {
      guard value == 0xFFFF_FFFF else {
        result.append(Int(value))
        continue
      }
      guard found, at + 8 <= extra.upperBound, let wide = directory.u64(at).flatMap({ Int(exactly: $0) }) else {
        throw .member(name: name, reason: "its zip64 sizes are missing")
      }
      result.append(wide)
      at += 8
    }
    return result
  }

  private static func data(
    _ file: ReadOnlyFile, header: Int, size: Int, _ name: String
  ) throws(Problem) -> Range<Int> {
    let own = header < file.size ? LittleEndian(file, header..<header + 30) : LittleEndian([])
    guard own.u32(header) == 0x0403_4B50, let nameLength = own.u16(header + 26), let extra = own.u16(header + 28)
    else { throw .member(name: name, reason: "its header is missing") }
    let start = header + 30 + Int(nameLength) + Int(extra)
    guard start <= file.size, size <= file.size - start else {
      throw .member(name: name, reason: "its \(size) bytes at \(start) reach beyond the file's \(file.size)")
    }
    return start..<start + size
  }
}
