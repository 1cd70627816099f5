import Foundation

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

  init(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
    let file = LittleEndian(bytes)
    let directory = try Self.directory(file)
    var at = directory.start
    for _ in 0..<directory.count { at = try add(memberAt: at, of: file) }
  }

  /// The range of a member that must be there.
  func range(_ name: String) throws(Problem) -> Range<Int> {
    guard let range = ranges[name] else { throw .member(name: name, reason: packed[name] ?? "there is none") }
    return range
  }

  private static func directory(_ file: LittleEndian) throws(Problem) -> (start: Int, count: Int) {
    // A comment of up to 64 KiB may follow.
    let first = max(0, file.count - 22 - 0xFFFF)
    guard file.count >= 22,
      let end = stride(from: file.count - 22, through: first, by: -1).first(where: { file.u32($0) == 0x0605_4B50 })
    else { throw .zip(reason: "its end is missing") }
    guard file.u32(end + 16) != 0xFFFF_FFFF, file.u16(end + 10) != 0xFFFF else {
      return try largeDirectory(file, before: end)
    }
    return try bounded(file, start: file.u32(end + 16), count: Int(file.u16(end + 10) ?? 0))
  }

  private static func largeDirectory(
    _ file: LittleEndian, before end: Int
  ) throws(Problem) -> (start: Int, count: Int) {
    guard file.u32(end - 20) == 0x0706_4B50, let at = file.u64(end - 12).flatMap({ Int(exactly: $0) }),
      file.u32(at) == 0x0606_4B50
    else { throw .zip(reason: "its zip64 end is missing") }
    return try bounded(file, start: file.u64(at + 48), count: file.u64(at + 32).flatMap { Int(exactly: $0) })
  }

  /// A member takes 46 bytes of the directory at least.
  private static func bounded(
    _ file: LittleEndian, start: (some BinaryInteger)?, count: Int?
  ) throws(Problem) -> (start: Int, count: Int) {
    guard let start = start.flatMap({ Int(exactly: $0) }), start <= file.count, let count,
      count <= (file.count - start) / 46
    else { throw .zip(reason: "its directory lies outside") }
    return (start, count)
  }

  /// - Returns: where the directory goes on.
  private mutating func add(memberAt at: Int, of file: LittleEndian) throws(Problem) -> Int {
    guard file.u32(at) == 0x0201_4B50, let flags = file.u16(at + 8), let method = file.u16(at + 10),
      let packed = file.u32(at + 20), let size = file.u32(at + 24), let nameLength = file.u16(at + 28),
      let extraLength = file.u16(at + 30), let commentLength = file.u16(at + 32), let header = file.u32(at + 42),
      let name = file.text(at + 46, Int(nameLength))
    else { throw .zip(reason: "its directory is cut off or isn't one") }
    let extra = at + 46 + Int(nameLength)
    let end = extra + Int(extraLength) + Int(commentLength)
    guard ranges[name] == nil, self.packed[name] == nil else { throw .zip(reason: "two members are named \(name)") }
    let wide = try Self.sizes(file, [size, packed, header], extra..<extra + Int(extraLength), name)
    if method == 0, flags & 1 == 0, wide[0] == wide[1] {
      ranges[name] = try Self.data(file, header: wide[2], size: wide[0], name)
    } else {
      self.packed[name] = flags & 1 == 1 ? "it is encrypted" : "it is compressed, where PyTorch stores"
    }
    return end
  }

  /// Sizes that don't fit 32 bits are in an extra field, in this order.
  private static func sizes(
    _ file: LittleEndian, _ values: [UInt32], _ extra: Range<Int>, _ name: String
  ) throws(Problem) -> [Int] {
    var at = extra.lowerBound
    while let id = file.u16(at), let length = file.u16(at + 2), id != 1, at + 4 + Int(length) < extra.upperBound {
      at += 4 + Int(length)
    }
    let found = file.u16(at) == 1 && at + 4 <= extra.upperBound
    at += 4
    var result: [Int] = []
    for value in values {
      guard value == 0xFFFF_FFFF else {
        result.append(Int(value))
        continue
      }
      guard found, at + 8 <= extra.upperBound, let wide = file.u64(at).flatMap({ Int(exactly: $0) }) else {
        throw .member(name: name, reason: "its zip64 sizes are missing")
      }
      result.append(wide)
      at += 8
    }
    return result
  }

  private static func data(
    _ file: LittleEndian, header: Int, size: Int, _ name: String
  ) throws(Problem) -> Range<Int> {
    guard file.u32(header) == 0x0403_4B50, let nameLength = file.u16(header + 26), let extra = file.u16(header + 28)
    else { throw .member(name: name, reason: "its header is missing") }
    let start = header + 30 + Int(nameLength) + Int(extra)
    guard start <= file.count, size <= file.count - start else {
      throw .member(name: name, reason: "its \(size) bytes at \(start) reach beyond the file's \(file.count)")
    }
    return start..<start + size
  }
}
