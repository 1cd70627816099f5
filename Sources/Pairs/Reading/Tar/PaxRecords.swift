import Files

/// What extended headers say of the member that follows them.
///
/// Sparse members have their map in one of three forms, which GNU tar calls 0.0, 0.1 and 1.0.
///
/// - Source: GNU tar manual, “Sparse Formats”; POSIX.1-2017, pax, “pax Extended Header”.
struct PaxRecords {
  var name: FilePath?
  var link: FilePath?
  var size: Int?
  private(set) var sparseSize: Int?
  private(set) var sparseMap: [(place: Int, count: Int)] = []
  /// Whether the map stands in front of the member's bytes.
  private(set) var mapIsStored = false
  private var sparseName: FilePath?

  var isSparse: Bool { sparseSize != nil }
  /// In forms 0.1 and 1.0 `path` is one made up for readers that know no sparse members.
  var memberName: FilePath? { sparseName ?? name }

  /// Records of `length key=value\n`, where the length counts the whole record.
  mutating func read(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let space = rest.firstIndex(of: 0x20), let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
      length > space - rest.startIndex + 1, length <= rest.count
    {
      let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
      rest = rest[(rest.startIndex + length)...]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
      set(String(decoding: record[..<equals], as: UTF8.self), record[(equals + 1)...])
    }
  }

  private mutating func set(_ key: String, _ value: ArraySlice<UInt8>) {
    let number = Int(String(decoding: value, as: UTF8.self)) ?? -1
    switch key {
    case "path": name = FilePath(bytes: value)
    case "linkpath": link = FilePath(bytes: value)
    case "size": size = number
    case "GNU.sparse.name": sparseName = FilePath(bytes: value)
    case "GNU.sparse.size", "GNU.sparse.realsize": sparseSize = number
    case "GNU.sparse.offset": sparseMap.append((number, 0))
    case "GNU.sparse.numbytes":
      if let last = sparseMap.popLast() { sparseMap.append((last.place, number)) }
    case "GNU.sparse.map":
      let numbers = value.split(separator: UInt8(ascii: ",")).map { Int(String(decoding: $0, as: UTF8.self)) ?? -1 }
      sparseMap = stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    case "GNU.sparse.major": mapIsStored = number == 1
    default: break
    }
  }
}
