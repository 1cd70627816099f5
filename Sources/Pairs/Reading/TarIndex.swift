import Foundation

/// A regular file inside a tar.
struct TarMember {
  let name: String
  let data: Range<Int>
}

/// Lists the regular files of a tar by reading its headers only.
///
/// Reads ustar, GNU long names (`L`), pax paths and sizes (`x`), base-256 sizes. A tar that ends after a whole member,
/// without the two blocks of zeros, is accepted, as GNU tar does.
///
/// - Source: POSIX.1-2017, pax, “ustar Interchange Format”; GNU tar manual, “Basic Tar Format”.
struct TarIndex {
  private let file: DataSetFile
  private var at = 0
  private var longName: String?
  private var longSize: Int?

  static func members(of file: DataSetFile) throws(ShardError) -> [TarMember] {
    var index = TarIndex(file: file)
    var members: [TarMember] = []
    while let member = try index.next() { members.append(member) }
    return members
  }

  private init(file: DataSetFile) { self.file = file }

  private mutating func next() throws(ShardError) -> TarMember? {
    while let header = try header() {
      let name = longName ?? header.name
      let size = longSize ?? header.size
      guard let size, size >= 0, size < 1 << 60 else { throw .damaged(path: file.path, offset: at - 512) }
      let data = try take(size, of: name)
      switch header.type {
      case "L": longName = String(decoding: try text(data, of: name).prefix { $0 != 0 }, as: UTF8.self)
      case "x": readPax(try text(data, of: name))
      case "0", "\0", "7":
        (longName, longSize) = (nil, nil)
        return TarMember(name: name, data: data)
      case "1", "2", "3", "4", "5", "6":  // links, devices and folders have no data, whatever their size says
        at = data.lowerBound
        (longName, longSize) = (nil, nil)
      default: break
      }
    }
    return nil
  }

  /// The next header, or nil at the end.
  private mutating func header() throws(ShardError) -> TarHeader? {
    guard at < file.size else { return nil }
    guard file.size - at >= 512 else {
      if at == 0 { throw .notTar(path: file.path) }
      throw .truncated(path: file.path, member: "a header", offset: at, expected: 512, found: file.size - at)
    }
    let block = try file.read(at..<at + 512)
    if block.allSatisfy({ $0 == 0 }) { return nil }
    guard let header = TarHeader(block) else {
      if at > 0 { throw .damaged(path: file.path, offset: at) }
      if block.starts(with: [0x1f, 0x8b]) { throw .compressed(path: file.path) }
      throw .notTar(path: file.path)
    }
    at += 512
    return header
  }

  private mutating func take(_ size: Int, of member: String) throws(ShardError) -> Range<Int> {
    guard size <= file.size - at else {
      throw .truncated(path: file.path, member: member, offset: at, expected: size, found: file.size - at)
    }
    defer { at += (size + 511) / 512 * 512 }
    return at..<at + size
  }

  private func text(_ data: Range<Int>, of member: String) throws(ShardError) -> [UInt8] {
    guard data.count <= 1 << 20 else { throw .damaged(path: file.path, offset: data.lowerBound) }
    return try file.read(data)
  }

  /// Records of `length key=value\n`, where the length counts the whole record.
  private mutating func readPax(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let space = rest.firstIndex(of: 0x20), let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
      length > space - rest.startIndex + 1, length <= rest.count
    {
      let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
      rest = rest[(rest.startIndex + length)...]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
      switch String(decoding: record[..<equals], as: UTF8.self) {
      case "path": longName = value
      case "size": longSize = Int(value) ?? -1
      default: break
      }
    }
  }
}

/// One block of 512 bytes that describes a member.
private struct TarHeader {
  let name: String
  let size: Int?
  let type: Character

  /// Nil when the block's checksum is wrong.
  init?(_ block: [UInt8]) {
    let checksum = block.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 32 : Int($1.element)) }
    guard Self.number(block[148..<156]) == checksum else { return nil }
    let prefix = block[257..<263].elementsEqual("ustar\0".utf8) ? Self.text(block[345..<500]) : ""
    name = (prefix.isEmpty ? "" : prefix + "/") + Self.text(block[0..<100])
    size = Self.number(block[124..<136])
    type = Character(UnicodeScalar(block[156]))
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Octal digits, or big-endian base 256 when the first bit is set.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 {
      guard first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
      return Int(exactly: field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
    let digits = field.filter { $0 != 0 && $0 != 0x20 }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
